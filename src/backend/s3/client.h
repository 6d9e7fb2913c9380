#pragma once

#include "backend/s3/credentials.h"
#include "backend/s3/deadline.h"
#include "backend/s3/download.h"
#include "backend/s3/location.h"
#include "backend/s3/reply.h"
#include "backend/s3/retry.h"
#include "sys/clock.h"
#include "sys/http/transport.h"
#include "util/mutex.h"
#include <larder/result.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include <chrono>

namespace larder::s3 {

/// What a client sends with. Shared with the blobs given out, which may outlive the store.
struct Service {
  std::shared_ptr<sys::http::Transport> transport = {};
  std::shared_ptr<CredentialSource> credentials = {};
};

/// One operation on a bucket or on an object in it.
struct Operation {
  OperationKind kind = OperationKind::read;
  std::string method = "GET";
  std::string key = {};    ///< The object's; empty for the bucket.
  std::string query = {};  ///< Encoded, without the "?".
  sys::http::Headers headers = {};
  sys::http::Upload upload = {};
  /// Takes the body where the operation succeeds; else Reply::body has it.
  Download* download = nullptr;
};

/// Carries out operations on a bucket: signs them, tries again what may succeed, and keeps each
/// within its Deadline. Thread-safe.
class Client {
 public:
  /// `clock` must outlive it.
  Client(Location location, Service service, const sys::Clock& clock)
      : location_(std::move(location)), service_(std::move(service)), clock_(clock) {}

  /// The service's answer, which may be an error of a kind that trying again does not mend. Up to
  /// three requests; one more where the clock was wrong, and where credentials had expired.
  /// Errors: unavailable, denied (credentials, TLS), invalid_argument (settings), no_space (an
  /// object over Download::max_bytes(); the disk is full), io.
  Result<Reply> send(const Operation& operation);

  /// How far the service's clock is ahead of this machine's, as far as that has mattered.
  [[nodiscard]] std::chrono::seconds clock_skew() const noexcept {
    return std::chrono::seconds(skew_seconds_.load());
  }

  /// Where the bucket is. Reads the profile's region at first. Errors: invalid_argument.
  Result<Site> site() LARDER_EXCLUDES(mutex_);

 private:
  struct Signing;

  Result<Reply> send_once(const Operation& operation, const Site& site, const Signing& signing,
                          const Deadline& deadline);
  bool correct_skew(const Reply& reply, const Signing& signing);
  Result<bool> renew(const Operation& operation, const Reply& reply, Signing& signing);
  std::chrono::system_clock::time_point service_time() const { return clock_.now() + clock_skew(); }

  const Location location_;
  const Service service_;
  const sys::Clock& clock_;
  RetryQuota quota_;
  std::atomic<std::int64_t> skew_seconds_ = 0;
  util::Mutex mutex_;
  std::optional<Site> site_ LARDER_GUARDED_BY(mutex_);
};

}  // namespace larder::s3
