#pragma once

#include "cli/invocation.h"
#include "cli/output.h"
#include <larder/result.h>

/// The commands that are about the compiler cache. They look at the first store that is configured,
/// which is the one that compiles use.
namespace larder::cli {

/// `larder stats`: hits, misses, and what became of everything else.
Result<ExitCode> stats(Invocation& invocation);

/// `larder inspect`: what is stored under a key, or for an object file.
Result<ExitCode> inspect(Invocation& invocation);

}  // namespace larder::cli
