#pragma once

#include "cli/invocation.h"
#include "cli/output.h"
#include <larder/result.h>

namespace larder::cli {

/// `larder explain --build`: what the last build, or some time, came to.
Result<ExitCode> explain_build(Invocation& invocation);

}  // namespace larder::cli
