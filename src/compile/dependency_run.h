#pragma once

#include "compile/inputs.h"
#include "compile/job.h"
#include "sys/spawn.h"
#include <larder/result.h>

namespace larder::compile {

/// The process that compiles a job: the user's own command, behind the prefix command, with colours
/// asked for where the terminal would have got them.
sys::Command compiler_process(const Job& job);

class DependencyRun {
 public:
  static Result<DependencyRun> prepare(const Job& job, sys::Command& command);
  Inputs collect(const Job& job, FileDigests& digests);
};

}  // namespace larder::compile
