#include "util/helper.h"

#include <utility>

namespace larder::util {

Helper::Task& Helper::Task::operator=(Task&& other) noexcept {
  (void)finish();
  helper_ = other.helper_;
  job_ = std::move(other.job_);
  return *this;
}

Helper::Task::~Task() { (void)finish(); }

bool Helper::Task::finish() {
  const auto job = std::move(job_);
  if (job == nullptr) return false;
  const MutexLock lock(helper_->mutex_);
  if (job->state == Job::State::waiting) {
    std::erase(helper_->waiting_, job.get());
    return false;
  }
  while (job->state != Job::State::done) helper_->changed_.wait(helper_->mutex_);
  return true;
}

Helper::~Helper() {
  {
    const MutexLock lock(mutex_);
    is_ended_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

Helper::Task Helper::begin(std::function<void()> work) {
  const MutexLock lock(mutex_);
  if (!has_started_) has_started_ = is_worth_it_() && thread_.start([this] { run(); });
  return add(std::move(work));
}

Helper::Task Helper::begin_if_started(std::function<void()> work) {
  const MutexLock lock(mutex_);
  return add(std::move(work));
}

Helper::Task Helper::add(std::function<void()> work) {
  if (!has_started_) return {};
  auto job = std::make_unique<Job>(Job{.work = std::move(work)});
  waiting_.push_back(job.get());
  changed_.notify_all();
  return Task(*this, std::move(job));
}

void Helper::run() {
  while (true) {
    Job* job = nullptr;
    {
      const MutexLock lock(mutex_);
      while (waiting_.empty() && !is_ended_) changed_.wait(mutex_);
      if (waiting_.empty()) return;
      job = waiting_.front();
      waiting_.pop_front();
      job->state = Job::State::begun;
    }
    job->work();
    const MutexLock lock(mutex_);
    job->state = Job::State::done;
    changed_.notify_all();
  }
}

}  // namespace larder::util
