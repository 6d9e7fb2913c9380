#pragma once

#include "util/mutex.h"

#include <optional>

#include <chrono>
#include <cstdint>

namespace larder::s3 {

/// Why an attempt failed, as far as the next one goes.
enum class Trouble {
  transient,  ///< A broken connection, an error of the service's own.
  timeout,    ///< A deadline passed.
  throttled,  ///< The service asks for less.
};

/// How many retries all operations together may still make: when most requests fail, asking again
/// makes it worse. Thread-safe. The rules of "standard" retries:
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
class RetryQuota {
 public:
  /// Takes what a retry costs; false if there is not enough left.
  bool take(Trouble trouble) LARDER_EXCLUDES(mutex_);
  /// Gives back what the retry cost that succeeded, or a little for a request that needed none.
  void give_back(std::optional<Trouble> trouble) LARDER_EXCLUDES(mutex_);

 private:
  static constexpr int kCapacity = 500;

  util::Mutex mutex_;
  int left_ LARDER_GUARDED_BY(mutex_) = kCapacity;
};

/// The attempts of one operation: at most three, with full jitter between them. One thread at a
/// time.
class Retries {
 public:
  /// `quota` must outlive it.
  explicit Retries(RetryQuota& quota) : quota_(quota) {}

  /// How long to wait before the next attempt, or nullopt if there shall be none: three were made,
  /// the quota is used up, or it could not begin within `left`. `retry_after`: what the service
  /// asks for, heeded up to 20 s.
  std::optional<std::chrono::milliseconds> next_delay(
      Trouble trouble, std::chrono::milliseconds left,
      std::optional<std::chrono::seconds> retry_after = {});

  /// To be called when the operation has succeeded.
  void on_success() { quota_.give_back(last_trouble_); }

 private:
  RetryQuota& quota_;
  int attempts_ = 1;
  std::optional<Trouble> last_trouble_;
};

}  // namespace larder::s3
