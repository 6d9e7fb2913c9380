#pragma once

#include "compile/content_facts.h"
#include "compile/dependency_listing.h"
#include "compile/inode_cache.h"
#include "compile/invocation.h"
#include "compile/manifest.h"
#include "compile/search_path.h"
#include "compile/source_scan.h"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <cstdint>

namespace larder::compile {

/// A file that a compile read.
struct ReadFile {
  std::string_view path;  ///< As DependencyList has it.
  FileStamp stamp;
  util::Digest digest = {};
  const SourceScan* scan = nullptr;
};

/// A compile that has succeeded, by what it read.
struct AbsentQuery {
  CompilerKind kind = CompilerKind::gcc;
  const Invocation& invocation;
  const SearchPath& search;
  std::span<const ReadFile> files;  ///< All of them, the source first.
  DependencyList::Origin origin = DependencyList::Origin::compile;
  std::int64_t start_ns = 0;      ///< coarse_now_ns() before the compile began.
  ContentFacts* facts = nullptr;  ///< Where the names in directories are remembered, if anywhere.
  /// Whether a word stands in a file, as SourceTexts::holds() has it.
  std::function<Result<bool>(const ReadFile& file, std::string_view word)> holds;
  /// Reads a file that is not in the list, where that is of user_headers, and gives what
  /// `files` would hold of it, good as long as the query is. nullopt if that makes the compile
  /// impossible to cache.
  std::function<std::optional<ReadFile>(const std::string& path)> adopt = {};
};

/// What a compile looked for and did not find. If the files it read, and `also_read`, are what they
/// were, and none of these has appeared, the compile finds the same files again.
struct AbsentFiles {
  enum class Verdict : std::uint8_t {
    sound,
    changed,     ///< Something appeared or went while the compile ran.
    unsuitable,  ///< It cannot be told what was looked for.
  };

  Verdict verdict = Verdict::sound;
  std::string detail = {};  ///< The file or directory and why, unless sound.
  /// Rather too many than too few: conditionals are not evaluated.
  std::vector<AbsentGroup> groups = {};
  /// Files beside those in the list that must stay as they are: what __has_include found, and what
  /// was skipped as a copy of a file read before.
  std::vector<std::string> also_read = {};
};

/// Follows each include of each file through the search path, as the compiler does, on the file
/// system as it is now. Every file in the list must be explained by some include, so that a search
/// that this does not understand is noticed. Where the list is of user_headers, what includes lead
/// to is adopted, and followed in turn: rather too much than too little. Costs a stat for each
/// place, or less: 3 to 20 ms for a unit of 2,400 headers. Relative paths are those of the working
/// directory.
/// Source: doc/adr/0010-dependency-lists.md, doc/adr/0011-negative-dependencies.md.
AbsentFiles find_absent_files(const AbsentQuery& query);

}  // namespace larder::compile
