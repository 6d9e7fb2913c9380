#pragma once

#include <pthread.h>

#include <functional>
#include <optional>

namespace larder::util {

/// A thread that works beside its maker's. It gets no signals but those of its own faults: the
/// others are for the program's own threads. It begins on another processor where it may: Linux
/// puts a new thread behind its maker if the others are just ending something, such as the
/// compiler, and it waits there for up to 4 ms.
class HelperThread {
 public:
  HelperThread() = default;
  ~HelperThread() { join(); }
  HelperThread(const HelperThread&) = delete;
  HelperThread& operator=(const HelperThread&) = delete;

  /// Starts it; once. False where the system has no thread to give.
  bool start(std::function<void()> work);

  [[nodiscard]] bool has_started() const noexcept { return thread_.has_value(); }

  /// Waits until it has ended, if it has been started.
  void join();

 private:
  std::function<void()> work_;
  std::optional<pthread_t> thread_;
};

}  // namespace larder::util
