#pragma once

#include "compile/compiler.h"
#include "compile/invocation.h"
#include "util/hash.h"
#include <larder/result.h>

#include <string>
#include <string_view>
#include <vector>

namespace larder::compile {

/// Where a compile looks for headers, as the compiler itself tells it: duplicates and what does not
/// exist are left out, and what the environment and the installation add is in.
struct SearchPath {
  std::vector<std::string> quote;  ///< For `#include "..."` only, behind the includer's directory.
  std::vector<std::string> plain;  ///< For both forms, behind `quote`.
  /// Left out because they were not there. Once one is, the path is another.
  std::vector<std::string> missing;
  /// Left out because they are a directory of `quote` or `plain` by another name. Once one leads
  /// elsewhere, the path is another.
  std::vector<std::string> duplicates;

  friend bool operator==(const SearchPath&, const SearchPath&) = default;
};

/// What decides a search path.
struct SearchQuery {
  const std::string& path;  ///< The driver.
  const Compiler& compiler;
  const Invocation& invocation;
  const std::string& directory;  ///< The working directory.
};

/// The search path in the output of `-E -v`. Errors: corrupt if there is none in it.
Result<SearchPath> parse_search_path(std::string_view text);

/// The search path that a driver has of its own accord: without the directories that the user names
/// in options and variables. Empty for languages that include nothing. One process.
/// Errors: corrupt, io, unavailable.
Result<SearchPath> find_standard_search_path(const CompilerQuery& query);

/// The search path of a compile. What the compiler told is remembered under `records` (a directory;
/// empty: not at all) and holds while the directories it named exist, the missing ones do not and
/// the duplicates are such: a read and one stat a directory; else the compiler is run once, on an
/// empty source. Missing directories of which the compiler's identity tells are not in it. Errors:
/// corrupt, denied, io, unavailable.
Result<SearchPath> find_search_path(const SearchQuery& query, const std::string& records);

}  // namespace larder::compile
