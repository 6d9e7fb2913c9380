#pragma once

#include "compile/cache.h"
#include "compile/held_outputs.h"
#include "compile/inputs.h"
#include "compile/job.h"
#include "sys/process.h"
#include <larder/result.h>

#include <string>

#include <cstdint>

namespace larder::compile {

/// A compile that succeeded, to be stored.
struct FinishedCompile {
  const Job& job;
  const sys::RunOutcome& outcome;
  HeldOutputs& outputs;
  std::uint32_t compile_ms = 0;
};

/// What storing it came to.
struct StoredResult {
  bool is_stored = false;
  std::string detail = {};  ///< Why not, unless stored.
  util::Digest key = {};    ///< Of the result.
  std::uint64_t bytes = 0;  ///< Of outputs, before compression.
};

/// Stores the outputs of a compile and puts it first in its manifest, if they are still as held.
/// Errors: those of the store.
Result<StoredResult> store_result(Cache& cache, const FinishedCompile& compile, Inputs inputs);

}  // namespace larder::compile
