#include "backend/s3/retry.h"

#include <algorithm>
#include <random>

namespace larder::s3 {
namespace {

using std::chrono::milliseconds;

constexpr int kMaxAttempts = 3;
constexpr milliseconds kMaxDelay = std::chrono::seconds(20);

int cost_of(Trouble trouble) { return trouble == Trouble::timeout ? 10 : 5; }

milliseconds base_of(Trouble trouble) {
  return trouble == Trouble::throttled ? milliseconds(500) : milliseconds(50);
}

milliseconds random_up_to(milliseconds most) {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  return milliseconds(std::uniform_int_distribution<std::int64_t>(0, most.count())(engine));
}

}  // namespace

bool RetryQuota::take(Trouble trouble) {
  const util::MutexLock lock(mutex_);
  if (left_ < cost_of(trouble)) return false;
  left_ -= cost_of(trouble);
  return true;
}

void RetryQuota::give_back(std::optional<Trouble> trouble) {
  const util::MutexLock lock(mutex_);
  left_ = std::min(left_ + (trouble ? cost_of(*trouble) : 1), kCapacity);
}

std::optional<milliseconds> Retries::next_delay(Trouble trouble, milliseconds left,
                                                std::optional<std::chrono::seconds> retry_after) {
  if (attempts_ == kMaxAttempts) return std::nullopt;
  const milliseconds most = std::min(base_of(trouble) * (1 << attempts_), kMaxDelay);
  milliseconds delay = random_up_to(most);
  // In seconds, for a figure that may be any.
  if (retry_after)
    delay = std::max<milliseconds>(
        delay, std::min<std::chrono::seconds>(*retry_after, std::chrono::seconds(20)));
  if (delay >= left || !quota_.take(trouble)) return std::nullopt;
  ++attempts_;
  last_trouble_ = trouble;
  return delay;
}

}  // namespace larder::s3
