#pragma once

#include "util/helper_thread.h"
#include "util/mutex.h"

#include <deque>
#include <functional>
#include <optional>

#include <chrono>
#include <cstdint>

namespace larder::s3 {

/// Runs tasks one at a time, in the order in which they come, in a thread that the first of them
/// starts; at once where the system has no thread to give. Thread-safe.
class Background {
 public:
  using Task = std::function<void()>;

  Background() = default;
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  /// Runs what is waiting, for up to ten seconds; drops what is then left. Waits for the task that
  /// is running.
  ~Background();

  void post(Task task) LARDER_EXCLUDES(mutex_);

  /// Returns once all that was posted before has run. Not for tasks.
  void wait() LARDER_EXCLUDES(mutex_);

  /// Whether a long task is to end as soon as it can: the time for what is waiting is over.
  [[nodiscard]] bool is_to_end() LARDER_EXCLUDES(mutex_);

 private:
  void work() LARDER_EXCLUDES(mutex_);
  std::optional<Task> next_task() LARDER_EXCLUDES(mutex_);

  util::Mutex mutex_;
  util::ConditionVariable changed_;
  std::deque<Task> waiting_ LARDER_GUARDED_BY(mutex_);
  std::uint64_t posted_ LARDER_GUARDED_BY(mutex_) = 0;
  std::uint64_t done_ LARDER_GUARDED_BY(mutex_) = 0;
  std::optional<std::chrono::steady_clock::time_point> end_ LARDER_GUARDED_BY(mutex_);
  util::HelperThread thread_;  // started under mutex_
};

}  // namespace larder::s3
