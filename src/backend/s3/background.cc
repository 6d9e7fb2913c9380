#include "backend/s3/background.h"

#include <utility>

namespace larder::s3 {
namespace {

constexpr std::chrono::seconds kTimeToEnd(10);

}  // namespace

Background::~Background() {
  {
    const util::MutexLock lock(mutex_);
    end_ = std::chrono::steady_clock::now() + kTimeToEnd;
    changed_.notify_all();
  }
  thread_.join();
}

void Background::post(Task task) {
  {
    const util::MutexLock lock(mutex_);
    if (thread_.has_started() || thread_.start([this] { work(); })) {
      ++posted_;
      waiting_.push_back(std::move(task));
      changed_.notify_all();
      return;
    }
  }
  task();
}

void Background::wait() {
  const util::MutexLock lock(mutex_);
  const std::uint64_t ticket = posted_;
  while (done_ < ticket) changed_.wait(mutex_);
}

bool Background::is_to_end() {
  const util::MutexLock lock(mutex_);
  return end_ && std::chrono::steady_clock::now() >= *end_;
}

std::optional<Background::Task> Background::next_task() {
  const util::MutexLock lock(mutex_);
  while (waiting_.empty() && !end_) changed_.wait(mutex_);
  if (waiting_.empty() || (end_ && std::chrono::steady_clock::now() >= *end_)) return std::nullopt;
  Task task = std::move(waiting_.front());
  waiting_.pop_front();
  return task;
}

void Background::work() {
  while (const auto task = next_task()) {
    (*task)();
    const util::MutexLock lock(mutex_);
    ++done_;
    changed_.notify_all();
  }
}

}  // namespace larder::s3
