#pragma once

#include "cli/invocation.h"
#include "cli/output.h"
#include <larder/result.h>

/// The commands `larder store …` that are about one entry.
namespace larder::cli {

Result<ExitCode> store_put(Invocation& invocation);
Result<ExitCode> store_get(Invocation& invocation);
Result<ExitCode> store_has(Invocation& invocation);
Result<ExitCode> store_rm(Invocation& invocation);
Result<ExitCode> store_put_entry(Invocation& invocation);
Result<ExitCode> store_get_entry(Invocation& invocation);

}  // namespace larder::cli
