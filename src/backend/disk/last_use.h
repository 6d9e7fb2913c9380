#pragma once

#include <larder/result.h>

#include <chrono>

namespace larder::disk {

/// Sets an entry's last use, which is its mtime. One syscall. Errors: denied, io.
Result<void> set_last_use(int fd, std::chrono::system_clock::time_point when);

}  // namespace larder::disk
