#pragma once

#include "backend/s3/credentials/lookup.h"
#include <larder/result.h>

namespace larder::s3 {

/// The endpoint that ECS and EKS give a container: `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`, else
/// `AWS_CONTAINER_CREDENTIALS_FULL_URI`, with the token of the file
/// `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE`, else of `AWS_CONTAINER_AUTHORIZATION_TOKEN`. One
/// request, of at most 5 s, never through a proxy. Errors: invalid_argument (a URI that would send
/// the token in the clear to another machine), denied, unavailable.
Result<Lookup> from_container(const LookupContext& context);

}  // namespace larder::s3
