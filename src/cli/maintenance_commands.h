#pragma once

#include "cli/invocation.h"
#include "cli/output.h"
#include <larder/result.h>

/// The commands that are about whole stores.
namespace larder::cli {

Result<ExitCode> store_ls(Invocation& invocation);
Result<ExitCode> store_stats(Invocation& invocation);
Result<ExitCode> store_clean(Invocation& invocation);
Result<ExitCode> store_verify(Invocation& invocation);

/// `larder clean`: every store that is configured.
Result<ExitCode> clean(Invocation& invocation);

}  // namespace larder::cli
