#pragma once

#include "sys/clock.h"
#include "sys/http/transport.h"
#include <larder/result.h>
#include <larder/s3.h>

#include <memory>
#include <optional>
#include <string>

#include <chrono>

namespace larder::s3 {

/// What requests are signed with. Never printed, logged or put into an Error. A value.
struct Credentials {
  std::string access_key;
  std::string secret_key;
  std::string session_token = {};                                    ///< Empty for none.
  std::optional<std::chrono::system_clock::time_point> expiry = {};  ///< Absent: never.
};

/// Where credentials come from. Thread-safe.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;

  /// Valid credentials, kept until shortly before they expire; null for requests that are not to
  /// be signed. Concurrent calls fetch once. Errors: denied (no source has any, or one refuses:
  /// the message names what was tried), invalid_argument (a profile that is wrong), unavailable.
  virtual Result<std::shared_ptr<const Credentials>> get() = 0;

  /// Drops what is kept, if it still is `refused`: the service called it expired or invalid.
  virtual void forget(const std::shared_ptr<const Credentials>& refused) = 0;

  /// The region that the profile in use names, if any.
  [[nodiscard]] virtual std::optional<std::string> profile_region() = 0;
};

/// The options' own credentials if they have any, else the standard chain: environment, profile
/// (with `credential_process`, `role_arn`, `source_profile`, `web_identity_token_file`), web
/// identity, container endpoint, IMDSv2. Nothing is looked at before the first get(). `transport`
/// (for STS, the container and the instance) and `clock` must outlive it.
/// Errors: invalid_argument (half a pair of keys).
Result<std::unique_ptr<CredentialSource>> make_credential_source(const S3Options& options,
                                                                 sys::http::Transport& transport,
                                                                 const sys::Clock& clock);

}  // namespace larder::s3
