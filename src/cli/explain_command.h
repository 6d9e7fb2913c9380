#pragma once

#include "cli/invocation.h"
#include "cli/output.h"
#include <larder/result.h>

namespace larder::cli {

/// `larder explain`: why the last compile of a source or object was no hit, or, with --build, what
/// became of a build's compiles.
Result<ExitCode> explain(Invocation& invocation);

}  // namespace larder::cli
