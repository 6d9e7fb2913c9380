#pragma once

#include "backend/s3/credentials/lookup.h"
#include <larder/result.h>

namespace larder::s3 {

/// The role `AWS_ROLE_ARN` by the token in the file `AWS_WEB_IDENTITY_TOKEN_FILE`, with
/// `AWS_ROLE_SESSION_NAME`. Errors: invalid_argument (the file without the role); as
/// assume_role_with_web_identity.
Result<Lookup> from_web_identity(const LookupContext& context);

}  // namespace larder::s3
