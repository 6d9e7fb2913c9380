#pragma once

#include "backend/s3/credentials.h"
#include "backend/s3/credentials/lookup.h"
#include <larder/result.h>

#include <string>

namespace larder::s3 {

/// A role to take on, and how.
struct RoleRequest {
  std::string role_arn;
  std::string session_name = "larder";
  std::string external_id = {};  ///< Empty for none.
  std::string duration = {};     ///< Seconds; empty for the service's default, an hour.
  std::string region = {};       ///< Whose STS is asked, where no endpoint is named.
};

/// AssumeRole: the credentials of a role, for who has those of `source`. The endpoint is
/// `AWS_ENDPOINT_URL_STS`, else `AWS_ENDPOINT_URL`, else the region's own. One request, of at most
/// 10 s. Errors: denied (the service refuses; the message has its error code), unavailable.
Result<Credentials> assume_role(const LookupContext& context, const RoleRequest& role,
                                const Credentials& source);

/// AssumeRoleWithWebIdentity: the same for who has a token from an identity provider, which is
/// read from a file. Errors: as assume_role; denied and unavailable also of the file.
Result<Credentials> assume_role_with_web_identity(const LookupContext& context,
                                                  const RoleRequest& role,
                                                  const std::string& token_file);

}  // namespace larder::s3
