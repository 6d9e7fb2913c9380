#pragma once

#include "compile/counters.h"
#include "compile/history.h"
#include "compile/recall.h"
#include <larder/result.h>

#include <optional>
#include <string>
#include <vector>

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace larder::compile {

/// Which records are of the build.
struct BuildWindow {
  std::optional<std::int64_t> since_ms = {};  ///< From then on; else since the last pause.
  std::chrono::milliseconds pause = std::chrono::minutes(10);  ///< So long without a record.
};

/// How often something was so.
struct CauseCount {
  std::string what;
  std::uint64_t count = 0;
};

/// A miss, by what it cost.
struct CostlyMiss {
  std::string file;  ///< The source's whole path.
  std::string why;   ///< Its first cause.
  std::uint64_t compile_ms = 0;
};

/// What a build, or some time, came to.
struct BuildSummary {
  std::int64_t begin_ms = 0;  ///< When its first recorded compile began. 0 without records.
  std::int64_t end_ms = 0;    ///< When its last recorded compile ended.

  /// Hits from the record before it, or else from its first, until now, by all who use the store;
  /// nullopt where records of version 1 do not tell.
  std::optional<HitTotals> hits = {};
  std::int64_t hits_from_ms = 0;        ///< Since when they were counted.
  std::uint64_t hits_before_first = 0;  ///< Of them, before its first record: perhaps not its own.
  std::uint64_t hits_after_last = 0;    ///< Of them, after its last: perhaps not its own.
  bool was_zeroed = false;              ///< The counts were set to zero meanwhile.

  std::uint64_t misses = 0;
  std::uint64_t compile_ms = 0;            ///< That misses spent in the compiler.
  std::vector<CauseCount> causes = {};     ///< Of misses, most frequent first.
  std::vector<CauseCount> unstored = {};   ///< Misses that were not stored, by reason.
  std::vector<CauseCount> uncached = {};   ///< What was passed through or failed, by reason.
  std::vector<CostlyMiss> costliest = {};  ///< At most ten, the costliest first.
};

/// Where a summary is made from.
struct BuildSources {
  const std::string& history;    ///< The history's path.
  const std::string& compilers;  ///< The directory of the compilers' records.
  const Counts& counts;          ///< As they are now.
  const LastUses& uses;
};

/// Sums up the records of a window. Reads the whole history once. Errors: denied, io.
Result<BuildSummary> summarise_build(const BuildSources& sources, const BuildWindow& window);

}  // namespace larder::compile
