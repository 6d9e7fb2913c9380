#pragma once

#include "compile/history.h"
#include <larder/result.h>

#include <optional>
#include <string>
#include <vector>

namespace larder::compile {

/// The last compiles of one source or object in the history.
struct Recollection {
  HistoryRecord last;
  std::optional<HistoryRecord> before;  ///< The one before, to compare with.
};

/// Finds the last compile of a source or object file, given as a path relative to `directory` or
/// absolute. Reads the history once. Nullopt if it has none.
Result<std::optional<Recollection>> recall(const std::string& history, const std::string& path,
                                           const std::string& directory);

/// What differs between two compiles beside their headers, each a sentence that names the one
/// thing: the compiler, an argument, a variable, the directory, the source. Empty if nothing does.
std::vector<std::string> differences(const Description& before, const Description& now);

/// Why the last compile was no hit, as sentences.
std::vector<std::string> explain(const Recollection& recollection);

}  // namespace larder::compile
