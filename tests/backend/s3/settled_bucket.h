#pragma once

#include "backend/s3/fake_server_clock.h"
#include "backend/s3/static_credentials.h"
#include "backend/s3/unique_prefix.h"
#include "store/backend.h"
#include "support/s3/engine.h"
#include "sys/clock.h"

#include <memory>
#include <string>

#include <cstdint>

namespace larder::s3 {

/// A prefix of its own in the engine's bucket, for stores that the conformance suite can try. Only
/// the time that the service stamps objects with is made up: it is `clock`'s. And a store is at
/// rest when it is asked whether it has an entry and once it has given one: evictions have ended,
/// and what was got is marked as used. Neither puts nor gets wait for that, but the suite looks at
/// once.
class SettledBucket {
 public:
  /// `clock` must outlive it and its stores.
  explicit SettledBucket(const sys::Clock& clock) : clock_(clock) {}

  /// A store that marks whatever is got as used. This must outlive it.
  [[nodiscard]] std::unique_ptr<store::Backend> open(std::uint64_t max_blob_bytes) const;

 private:
  const sys::Clock& clock_;
  const support::S3Engine engine_ = support::S3Engine::shared();
  const std::string prefix_ = unique_prefix();
  const std::unique_ptr<sys::http::Transport> transport_ =
      sys::http::make_transport({.uses_proxies = false}).value();
  const std::shared_ptr<FakeServerClock> server_ =
      std::make_shared<FakeServerClock>(*transport_, clock_);
  const std::shared_ptr<StaticCredentials> credentials_ =
      std::make_shared<StaticCredentials>(engine_);
};

}  // namespace larder::s3
