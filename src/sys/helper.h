#pragma once

#include "sys/process.h"
#include "sys/spawn.h"
#include <larder/result.h>

#include <string>

namespace larder::sys {

/// A helper that has ended.
struct HelperOutcome {
  ExitStatus status;
  std::string out;  ///< All that it wrote to its standard output.
};

/// Runs a small helper for a program that has other threads and its own ways with signals, which
/// run_and_capture() has not: any thread may call this, and no signal is touched. Its standard
/// input and error are /dev/null; it and what it starts are a process group of their own. Where
/// SIGCHLD is ignored its status cannot be had and counts as success.
/// Errors: as run_and_capture.
Result<HelperOutcome> run_helper(const Command& command, const CaptureOptions& options = {});

}  // namespace larder::sys
