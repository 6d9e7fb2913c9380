#include "backend/s3/credentials/web_identity.h"

#include "backend/s3/credentials/region.h"
#include "backend/s3/credentials/sts.h"

#include <utility>

namespace larder::s3 {

Result<Lookup> from_web_identity(const LookupContext& context) {
  const Variables& variables = context.variables;
  const auto token_file = variables.find("AWS_WEB_IDENTITY_TOKEN_FILE");
  if (!token_file) return Lookup{.absence = "AWS_WEB_IDENTITY_TOKEN_FILE is not set"};
  auto role_arn = variables.find("AWS_ROLE_ARN");
  if (!role_arn) {
    return fail(ErrorCode::invalid_argument,
                "AWS_WEB_IDENTITY_TOKEN_FILE is set, and AWS_ROLE_ARN is not");
  }
  RoleRequest role = {.role_arn = *std::move(role_arn), .region = region_for_sts(context)};
  if (auto name = variables.find("AWS_ROLE_SESSION_NAME")) role.session_name = *std::move(name);
  auto credentials = assume_role_with_web_identity(context, role, *token_file);
  if (!credentials) return fail(std::move(credentials).error().context("web identity"));
  return Lookup{.credentials = *std::move(credentials)};
}

}  // namespace larder::s3
