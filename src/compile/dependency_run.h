#pragma once

#include "compile/dependency_listing.h"
#include "compile/file_digests.h"
#include "compile/inputs.h"
#include "compile/job.h"
#include "compile/state_paths.h"
#include "sys/spawn.h"
#include <larder/result.h>

#include <string>
#include <vector>

namespace larder::compile {

/// The process that compiles a job: the user's own command, behind the prefix command, with colours
/// asked for where a terminal would have got them.
sys::Command compiler_process(const Job& job);

/// Sees every file that a compile read: hashes it, makes sure that it has not changed since the
/// compile began, and scans it for what else it may pull in and for names that were looked for
/// elsewhere first. What was found in contents and search paths is remembered in `state`; a file of
/// known stamp whose content was scanned before costs one stat.
Inputs read_inputs(const Job& job, const DependencyList& list, FileDigests& digests,
                   const StatePaths& state);

/// Finds out what a compile reads, from its own run. One compile; one thread.
class DependencyRun {
 public:
  /// Makes `command`, from compiler_process(), tell what it reads. Errors: as
  /// DependencyListing::prepare.
  static Result<DependencyRun> prepare(const Job& job, sys::Command& command);

  /// read_inputs() of what the compile told. After it has succeeded.
  Inputs collect(const Job& job, FileDigests& digests, const StatePaths& state) const;

 private:
  explicit DependencyRun(DependencyListing listing) : listing_(std::move(listing)) {}

  DependencyListing listing_;
};

}  // namespace larder::compile
