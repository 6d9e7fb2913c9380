#pragma once

#include "cli/invocation.h"
#include "cli/output.h"
#include <larder/result.h>

/// The commands that are about the courier. They speak with it over its socket.
namespace larder::cli {

Result<ExitCode> courier_status(Invocation& invocation);
Result<ExitCode> courier_flush(Invocation& invocation);
Result<ExitCode> courier_stop(Invocation& invocation);

}  // namespace larder::cli
