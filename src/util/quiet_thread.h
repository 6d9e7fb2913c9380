#pragma once

#include <functional>
#include <thread>

namespace larder::util {

/// Starts a thread that gets no signals: they are for the program's own threads.
/// Throws std::system_error where the system has no thread to give.
std::thread start_quiet_thread(std::function<void()> work);

}  // namespace larder::util
