#include "backend/s3/credentials/profile.h"

#include "backend/s3/credentials/container.h"
#include "backend/s3/credentials/environment.h"
#include "backend/s3/credentials/instance.h"
#include "backend/s3/credentials/process.h"
#include "backend/s3/credentials/profiles.h"
#include "backend/s3/credentials/region.h"
#include "backend/s3/credentials/sts.h"
#include "util/try.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace larder::s3 {
namespace {

/// A chain of roles costs a request to STS for each; nobody means more than these.
constexpr std::size_t kMaxProfiles = 8;

tl::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::invalid_argument, std::move(message));
}

/// Follows a profile to the credentials that it leads to. One thread, one profile.
class ProfileResolver {
 public:
  ProfileResolver(const LookupContext& context, const Profiles& profiles)
      : context_(context), profiles_(profiles) {}

  /// What a profile has. Errors name it.
  Result<Lookup> resolve(const std::string& name) {
    const IniSection* const profile = profiles_.find(name);
    if (profile == nullptr) {
      return refuse("there is no profile \"" + name + "\" in " + profiles_.files());
    }
    visited_.push_back(name);
    auto found = read(*profile);
    visited_.pop_back();
    if (!found) return fail(std::move(found).error().context("profile \"" + name + '"'));
    if (!found->credentials) found->absence = "profile \"" + name + "\" has no credentials";
    return found;
  }

 private:
  Result<Lookup> read(const IniSection& profile) {
    const bool has_token_file = !setting(profile, "web_identity_token_file").empty();
    if (!setting(profile, "role_arn").empty()) {
      return has_token_file ? web_identity_of(profile) : role_of(profile);
    }
    if (has_token_file) return refuse("web_identity_token_file is set, and role_arn is not");
    LARDER_TRY(Lookup own, keys_of(profile));
    if (own.credentials) return own;
    const std::string command = setting(profile, "credential_process");
    if (!command.empty()) {
      return found(run_credential_process(command, context_.variables), "credential_process");
    }
    if (!setting(profile, "sso_session").empty() || !setting(profile, "sso_start_url").empty()) {
      return refuse(
          "larder cannot sign in by SSO itself; another profile can have it done by "
          "credential_process = aws configure export-credentials --format process --profile ...");
    }
    return Lookup();
  }

  static Result<Lookup> found(Result<Credentials> credentials, std::string_view by) {
    if (!credentials) return fail(std::move(credentials).error().context(by));
    return Lookup{.credentials = *std::move(credentials)};
  }

  static Result<Lookup> keys_of(const IniSection& profile) {
    Credentials keys = {.access_key = setting(profile, "aws_access_key_id"),
                        .secret_key = setting(profile, "aws_secret_access_key"),
                        .session_token = setting(profile, "aws_session_token")};
    if (keys.access_key.empty() != keys.secret_key.empty()) {
      return refuse("of aws_access_key_id and aws_secret_access_key only one is set");
    }
    if (keys.access_key.empty()) return Lookup();
    return Lookup{.credentials = std::move(keys)};
  }

  Result<RoleRequest> role_request(const IniSection& profile) {
    RoleRequest role = {.role_arn = setting(profile, "role_arn"),
                        .external_id = setting(profile, "external_id"),
                        .duration = setting(profile, "duration_seconds"),
                        .region = region_for_sts(context_)};
    const std::string session_name = setting(profile, "role_session_name");
    if (!session_name.empty()) role.session_name = session_name;
    if (role.duration.find_first_not_of("0123456789") != std::string::npos) {
      return refuse("duration_seconds is no number");
    }
    return role;
  }

  Result<Lookup> web_identity_of(const IniSection& profile) {
    LARDER_TRY(const RoleRequest role, role_request(profile));
    return found(
        assume_role_with_web_identity(context_, role, setting(profile, "web_identity_token_file")),
        "web identity");
  }

  Result<Lookup> role_of(const IniSection& profile) {
    if (!setting(profile, "mfa_serial").empty()) {
      return refuse("mfa_serial asks for a code, for which larder has nobody to ask");
    }
    LARDER_TRY(const RoleRequest role, role_request(profile));
    LARDER_TRY(const Credentials source, source_of(profile));
    return found(assume_role(context_, role, source), "role " + role.role_arn);
  }

  /// What the role is taken on with.
  Result<Credentials> source_of(const IniSection& profile) {
    const std::string by_profile = setting(profile, "source_profile");
    const std::string by_source = setting(profile, "credential_source");
    if (by_profile.empty() == by_source.empty()) {
      return refuse("role_arn needs one of source_profile and credential_source");
    }
    LARDER_TRY(Lookup source,
               by_source.empty() ? source_profile(by_profile, profile) : named_source(by_source));
    if (!source.credentials) return fail(ErrorCode::denied, std::move(source.absence));
    return *std::move(source.credentials);
  }

  Result<Lookup> source_profile(const std::string& name, const IniSection& profile) {
    // A profile may name itself for the keys that it has beside its role.
    if (name == visited_.back()) {
      LARDER_TRY(Lookup own, keys_of(profile));
      if (own.credentials) return own;
    }
    if (std::ranges::find(visited_, name) != visited_.end()) {
      return refuse("source_profile leads back to \"" + name + '"');
    }
    if (visited_.size() >= kMaxProfiles) return refuse("source_profile goes on too long");
    return resolve(name);
  }

  Result<Lookup> named_source(std::string_view source) {
    if (source == "Environment") return from_environment(context_);
    if (source == "EcsContainer") return from_container(context_);
    if (source == "Ec2InstanceMetadata") return from_instance(context_);
    return refuse("credential_source is none of Environment, EcsContainer and Ec2InstanceMetadata");
  }

  const LookupContext& context_;
  const Profiles& profiles_;
  std::vector<std::string> visited_;  // The profiles that lead here, the last one's own at the end.
};

}  // namespace

Result<Lookup> from_profile(const LookupContext& context) {
  LARDER_TRY(const Profiles profiles, Profiles::load(context.variables));
  const std::string name = profile_name(context);
  if (profiles.find(name) == nullptr && !is_profile_named(context)) {
    return Lookup{.absence = "there is no profile \"" + name + "\" in " + profiles.files()};
  }
  return ProfileResolver(context, profiles).resolve(name);
}

}  // namespace larder::s3
