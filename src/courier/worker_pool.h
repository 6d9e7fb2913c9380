#pragma once

#include "util/mutex.h"

#include <deque>
#include <functional>
#include <thread>
#include <vector>

namespace larder::courier {

/// Threads that run jobs which may block, in the order in which they came. Thread-safe.
class WorkerPool {
 public:
  explicit WorkerPool(unsigned threads);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Drops the jobs that have not begun and waits for the others.
  ~WorkerPool();

  /// `job` must not throw.
  void submit(std::function<void()> job) LARDER_EXCLUDES(mutex_);

  /// How many jobs have not begun.
  [[nodiscard]] std::size_t waiting() const LARDER_EXCLUDES(mutex_);

 private:
  void work() LARDER_EXCLUDES(mutex_);

  mutable util::Mutex mutex_;
  util::ConditionVariable changed_;
  std::deque<std::function<void()>> jobs_ LARDER_GUARDED_BY(mutex_);
  bool is_ending_ LARDER_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace larder::courier
