#pragma once

#include "compile/invocation.h"
#include "compile/source_scan.h"
#include <larder/result.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <cstddef>

namespace larder::compile {

/// A file whose includes are to be made plain.
struct MacroSource {
  std::string_view path;
  const SourceScan* scan = nullptr;
};

/// The texts of the files, by their numbers, which are still those that were scanned.
class SourceTexts {
 public:
  virtual ~SourceTexts() = default;

  virtual Result<std::string> read(std::size_t number) = 0;

  /// Whether a word, or what it is part of, stands in a file, line splices left out. Most files
  /// are asked for this only.
  virtual Result<bool> holds(std::size_t number, std::string_view word) = 0;
};

/// For each file, what its includes by macro (IncludeSpelling::Form::computed) may name: too much
/// rather than too little, for every definition of a macro in any of the files or on the command
/// line counts. Follows `#include CONFIG_H` with `#define CONFIG_H <config.h>` or another such
/// name, and `HAS(<x.h>)` with `#define HAS(x) __has_include(x)`. Empty without asking for a text
/// where there is nothing by macro. Files are the only ones whose definitions can matter: all that
/// the compile read.
/// Errors: unavailable for what cannot be followed (pasting, calls, __FILE__), and those of the
/// texts.
Result<std::vector<std::vector<IncludeSpelling>>> resolve_macro_includes(
    std::span<const MacroSource> files, const Invocation& invocation, SourceTexts& texts);

}  // namespace larder::compile
