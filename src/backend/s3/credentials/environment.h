#pragma once

#include "backend/s3/credentials/lookup.h"
#include <larder/result.h>

namespace larder::s3 {

/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, if set, `AWS_SESSION_TOKEN`.
/// Errors: invalid_argument (only one of the first two).
Result<Lookup> from_environment(const LookupContext& context);

}  // namespace larder::s3
