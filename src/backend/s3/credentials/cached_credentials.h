#pragma once

#include "backend/s3/credentials.h"
#include "sys/clock.h"
#include "util/mutex.h"
#include <larder/result.h>

#include <functional>
#include <memory>
#include <optional>

#include <chrono>

namespace larder::s3 {

/// Keeps credentials, and fetches new ones five minutes before they expire. Until they have, those
/// that are there serve: while new ones are fetched, and where that fails, to be tried again half
/// a minute later. Thread-safe.
class CachedCredentials {
 public:
  using Fetch = std::function<Result<Credentials>()>;
  using Shared = std::shared_ptr<const Credentials>;

  /// `fetch` is called by one thread at a time, and must not throw. `clock` must outlive this.
  CachedCredentials(Fetch fetch, const sys::Clock& clock)
      : fetch_(std::move(fetch)), clock_(clock) {}

  /// As CredentialSource::get().
  Result<Shared> get() LARDER_EXCLUDES(mutex_);

  /// As CredentialSource::forget().
  void forget(const Shared& refused) LARDER_EXCLUDES(mutex_);

 private:
  using Time = std::chrono::system_clock::time_point;

  /// A fetch under way, for those who wait for it. Guarded by mutex_.
  struct Flight {
    std::optional<Result<Shared>> outcome;
  };

  [[nodiscard]] bool is_fresh(Time now) const LARDER_REQUIRES(mutex_);
  [[nodiscard]] bool is_usable(Time now) const LARDER_REQUIRES(mutex_);
  Result<Shared> end(Flight& flight, Result<Credentials> fetched) LARDER_EXCLUDES(mutex_);

  const Fetch fetch_;
  const sys::Clock& clock_;
  util::Mutex mutex_;
  util::ConditionVariable ended_;
  Shared kept_ LARDER_GUARDED_BY(mutex_);
  Time next_fetch_ LARDER_GUARDED_BY(mutex_) = {};  // Not before, as long as kept_ serves.
  // Shared with those who wait, who look at it after the next may have begun.
  std::shared_ptr<Flight> flight_ LARDER_GUARDED_BY(mutex_);
};

}  // namespace larder::s3
