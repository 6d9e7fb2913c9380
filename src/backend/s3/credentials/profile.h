#pragma once

#include "backend/s3/credentials/lookup.h"
#include <larder/result.h>

namespace larder::s3 {

/// The profile in use. Of what it may say the first holds: a role (`role_arn`) by a web identity
/// token (`web_identity_token_file`), by another profile (`source_profile`) or another source
/// (`credential_source`), with `role_session_name`, `external_id` and `duration_seconds`; keys of
/// its own; a `credential_process`. It has none if it says nothing of these.
/// Errors: invalid_argument (a profile that is named and is not there, contradicts itself, leads
/// back to itself, or needs what larder cannot do: SSO, MFA); those of the ways it names.
Result<Lookup> from_profile(const LookupContext& context);

}  // namespace larder::s3
