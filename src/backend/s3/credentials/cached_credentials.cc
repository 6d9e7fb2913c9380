#include "backend/s3/credentials/cached_credentials.h"

#include <algorithm>
#include <utility>

namespace larder::s3 {
namespace {

constexpr std::chrono::minutes kRefreshBefore(5);
constexpr std::chrono::seconds kRetryAfter(30);

}  // namespace

bool CachedCredentials::is_fresh(Time now) const {
  if (kept_ == nullptr) return false;
  return !kept_->expiry || now < *kept_->expiry - kRefreshBefore;
}

bool CachedCredentials::is_usable(Time now) const {
  return kept_ != nullptr && (!kept_->expiry || now < *kept_->expiry);
}

Result<CachedCredentials::Shared> CachedCredentials::get() {
  const auto flight = std::make_shared<Flight>();
  {
    const util::MutexLock lock(mutex_);
    const Time now = clock_.now();
    if (is_fresh(now)) return kept_;
    if (is_usable(now) && (flight_ != nullptr || now < next_fetch_)) return kept_;
    if (flight_ != nullptr) {
      const auto running = flight_;  // Which by the end may be another.
      while (!running->outcome) ended_.wait(mutex_);
      return *running->outcome;
    }
    flight_ = flight;
  }
  return end(*flight, fetch_());
}

Result<CachedCredentials::Shared> CachedCredentials::end(Flight& flight,
                                                         Result<Credentials> fetched) {
  const util::MutexLock lock(mutex_);
  const Time now = clock_.now();
  flight_.reset();
  ended_.notify_all();
  next_fetch_ = now + kRetryAfter;
  if (fetched && fetched->expiry && *fetched->expiry <= now) {
    fetched = fail(ErrorCode::denied, "the credentials have expired");
  }
  if (fetched) {
    kept_ = std::make_shared<const Credentials>(*std::move(fetched));
    flight.outcome = kept_;
  } else if (is_usable(now)) {
    flight.outcome = kept_;
  } else {
    flight.outcome = fail(std::move(fetched).error());
  }
  return *flight.outcome;
}

void CachedCredentials::forget(const Shared& refused) {
  const util::MutexLock lock(mutex_);
  if (kept_ == refused) kept_.reset();
}

}  // namespace larder::s3
