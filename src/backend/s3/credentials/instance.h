#pragma once

#include "backend/s3/credentials/lookup.h"
#include <larder/result.h>

namespace larder::s3 {

/// The role of an EC2 instance, by its metadata service (IMDSv2) at
/// `AWS_EC2_METADATA_SERVICE_ENDPOINT`, else 169.254.169.254 (with
/// `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=IPv6` fd00:ec2::254). Three requests, never through a
/// proxy. A machine without the service, and one without a role, has none; it costs at most a
/// second. Not asked with `AWS_EC2_METADATA_DISABLED=true`.
/// Errors: denied, unavailable (the service has begun to answer, or was named).
Result<Lookup> from_instance(const LookupContext& context);

}  // namespace larder::s3
