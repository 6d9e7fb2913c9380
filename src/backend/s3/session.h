#pragma once

#include "backend/s3/bucket.h"
#include "backend/s3/layout.h"
#include "backend/s3/object_locks.h"
#include "store/address.h"
#include "store/pack.h"
#include "sys/clock.h"
#include <larder/result.h>

#include <string>
#include <utility>

#include <chrono>
#include <cstdint>

namespace larder::s3 {

/// What an entry counts with is a multiple of this, as on disk.
inline constexpr std::uint64_t kBlockBytes = 4096;

/// What a store in a bucket is made of, beside its background work. Thread-safe.
class Session {
 public:
  struct Options {
    std::string prefix;
    store::PackOptions pack = {};
    bool read_only = false;
    std::chrono::seconds refresh_after = {};
  };

  /// `clock` must outlive it.
  Session(Options options, Bucket::Options bucket_options, Location location, Service service,
          const sys::Clock& clock, const sys::Clock& signing_clock)
      : options_(std::move(options)),
        clock_(clock),
        bucket_(std::move(bucket_options), std::move(location), std::move(service), signing_clock) {
  }

  [[nodiscard]] const Options& options() const noexcept { return options_; }
  [[nodiscard]] Bucket& bucket() noexcept { return bucket_; }
  [[nodiscard]] ObjectLocks& locks() noexcept { return locks_; }

  /// The time by the service's clock, which sets what last use is compared with.
  [[nodiscard]] std::chrono::system_clock::time_point now() const {
    return clock_.now() + bucket_.clock_skew();
  }

  /// Errors: invalid_argument for a key that is too long.
  [[nodiscard]] Result<std::string> object_key(const store::Address& address) const {
    return layout::object_key(options_.prefix, address);
  }

  /// Errors: denied for a store that was opened read-only.
  [[nodiscard]] Result<void> check_writable() const;

  /// Where a namespace lives: "s3://bucket/prefix".
  [[nodiscard]] std::string dir(const store::NamespacePath& below) const;

 private:
  const Options options_;
  const sys::Clock& clock_;
  Bucket bucket_;
  ObjectLocks locks_;
};

}  // namespace larder::s3
