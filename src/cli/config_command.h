#pragma once

#include "cli/invocation.h"
#include "cli/output.h"
#include <larder/result.h>

namespace larder::cli {

/// `larder config`: every setting with its value and where it comes from.
Result<ExitCode> config(Invocation& invocation);

}  // namespace larder::cli
