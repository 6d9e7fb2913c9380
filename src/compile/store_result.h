#pragma once

#include "compile/cache.h"
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
  std::uint32_t compile_ms = 0;
};

/// What storing it came to.
struct StoredResult {
  bool is_stored = false;
  std::string detail = {};  ///< Why not, unless stored: the output that is no regular file, …
  util::Digest key = {};    ///< Of the result.
  std::uint64_t bytes = 0;  ///< Of outputs, before compression.
};

/// Stores the outputs of a compile and puts it first in its manifest. Only outputs that are regular
/// files and stay the same while they are read are stored. Errors: those of the store.
Result<StoredResult> store_result(Cache& cache, const FinishedCompile& compile, Inputs inputs);

}  // namespace larder::compile
