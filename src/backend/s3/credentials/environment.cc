#include "backend/s3/credentials/environment.h"

#include <utility>

namespace larder::s3 {

Result<Lookup> from_environment(const LookupContext& context) {
  auto access_key = context.variables.find("AWS_ACCESS_KEY_ID");
  auto secret_key = context.variables.find("AWS_SECRET_ACCESS_KEY");
  if (!access_key && !secret_key) return Lookup{.absence = "AWS_ACCESS_KEY_ID is not set"};
  if (!access_key || !secret_key) {
    return fail(ErrorCode::invalid_argument,
                "of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only one is set");
  }
  return Lookup{.credentials = Credentials{
                    .access_key = *std::move(access_key),
                    .secret_key = *std::move(secret_key),
                    .session_token = context.variables.find("AWS_SESSION_TOKEN").value_or("")}};
}

}  // namespace larder::s3
