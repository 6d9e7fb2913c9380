#include "backend/s3/credentials.h"
#include "backend/s3/credentials/cached_credentials.h"
#include "backend/s3/credentials/container.h"
#include "backend/s3/credentials/environment.h"
#include "backend/s3/credentials/instance.h"
#include "backend/s3/credentials/lookup.h"
#include "backend/s3/credentials/profile.h"
#include "backend/s3/credentials/region.h"
#include "backend/s3/credentials/web_identity.h"
#include "util/try.h"

#include <utility>
#include <vector>

namespace larder::s3 {
namespace {

/// The credentials that the options name, or none. Thread-safe: does not change.
class FixedSource final : public CredentialSource {
 public:
  FixedSource(std::shared_ptr<const Credentials> credentials, LookupContext context)
      : credentials_(std::move(credentials)), context_(std::move(context)) {}

  Result<std::shared_ptr<const Credentials>> get() override { return credentials_; }
  void forget(const std::shared_ptr<const Credentials>& /*refused*/) override {}
  std::optional<std::string> profile_region() override { return region_of_profile(context_); }

 private:
  const std::shared_ptr<const Credentials> credentials_;
  const LookupContext context_;
};

/// The sources in the order in which they are asked. An explicit profile stands for the caller's
/// choice, which variables of a shell do not override.
std::vector<LookupFunction*> sources_for(const LookupContext& context) {
  if (!context.profile.empty()) return {from_profile, from_container, from_instance};
  return {from_environment, from_profile, from_web_identity, from_container, from_instance};
}

Result<Credentials> look_up(const LookupContext& context) {
  std::string absences;
  for (LookupFunction* const source : sources_for(context)) {
    LARDER_TRY(Lookup found, source(context));
    if (found.credentials) return *std::move(found.credentials);
    absences.append(absences.empty() ? "" : "; ").append(found.absence);
  }
  return fail(ErrorCode::denied, "no credentials: " + absences);
}

/// The standard chain.
class ChainSource final : public CredentialSource {
 public:
  explicit ChainSource(LookupContext context)
      : context_(std::move(context)),
        cached_([this] { return look_up(context_); }, context_.clock) {}

  Result<std::shared_ptr<const Credentials>> get() override { return cached_.get(); }
  void forget(const std::shared_ptr<const Credentials>& refused) override {
    cached_.forget(refused);
  }
  std::optional<std::string> profile_region() override { return region_of_profile(context_); }

 private:
  const LookupContext context_;
  CachedCredentials cached_;
};

}  // namespace

Result<std::unique_ptr<CredentialSource>> make_credential_source(const S3Options& options,
                                                                 sys::http::Transport& transport,
                                                                 const sys::Clock& clock) {
  const bool has_keys = !options.access_key.empty();
  if (has_keys == options.secret_key.empty()) {
    return fail(ErrorCode::invalid_argument,
                "of the access key and the secret key only one is set");
  }
  if (!has_keys && !options.session_token.empty()) {
    return fail(ErrorCode::invalid_argument, "a session token is set, and no access key");
  }
  LookupContext context = {.variables = Variables(options.environment),
                           .transport = transport,
                           .clock = clock,
                           .profile = options.profile,
                           .region = options.region.value_or("")};
  if (!has_keys && !options.anonymous) {
    return std::make_unique<ChainSource>(std::move(context));
  }
  std::shared_ptr<const Credentials> credentials;
  if (!options.anonymous) {
    credentials =
        std::make_shared<const Credentials>(Credentials{.access_key = options.access_key,
                                                        .secret_key = options.secret_key,
                                                        .session_token = options.session_token});
  }
  return std::make_unique<FixedSource>(std::move(credentials), std::move(context));
}

}  // namespace larder::s3
