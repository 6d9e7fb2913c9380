#pragma once

#include "backend/s3/credentials/lookup.h"

#include <optional>
#include <string>

namespace larder::s3 {

/// The region of the profile in use; nullopt if it names none, or cannot be read.
std::optional<std::string> region_of_profile(const LookupContext& context);

/// The region whose STS is asked: the options', `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's,
/// else us-east-1.
std::string region_for_sts(const LookupContext& context);

}  // namespace larder::s3
