#include "courier/worker_pool.h"

#include <utility>

namespace larder::courier {

WorkerPool::WorkerPool(unsigned threads) {
  threads_.reserve(threads);
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() {
  {
    const util::MutexLock lock(mutex_);
    is_ending_ = true;
    changed_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::submit(std::function<void()> job) {
  const util::MutexLock lock(mutex_);
  jobs_.push_back(std::move(job));
  changed_.notify_all();
}

std::size_t WorkerPool::waiting() const {
  const util::MutexLock lock(mutex_);
  return jobs_.size();
}

void WorkerPool::work() {
  for (;;) {
    std::function<void()> job;
    {
      const util::MutexLock lock(mutex_);
      while (jobs_.empty() && !is_ending_) changed_.wait(mutex_);
      if (is_ending_) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    job();
  }
}

}  // namespace larder::courier
