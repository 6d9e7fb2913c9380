#pragma once

#include "compile/invocation.h"
#include "compile/source_scan.h"
#include <larder/result.h>

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace larder::compile {

/// A file whose includes are to be made plain.
struct MacroSource {
  std::string_view path;
  const SourceScan* scan = nullptr;
};

/// The text of one of the files, which is still the one that was scanned.
using SourceReader = std::function<Result<std::string>(std::size_t number)>;

/// For each file, what its includes by macro (IncludeSpelling::Form::computed) may name: too much
/// rather than too little, for every definition of a macro in any of the files or on the command
/// line counts. Follows `#include CONFIG_H` with `#define CONFIG_H <config.h>` or another such
/// name, and `HAS(<x.h>)` with `#define HAS(x) __has_include(x)`. Empty without reading a file
/// where there is nothing by macro. Files are the only ones whose definitions can matter: all that
/// the compile read.
/// Errors: unavailable for what cannot be followed (pasting, calls, __FILE__), and the reader's.
Result<std::vector<std::vector<IncludeSpelling>>> resolve_macro_includes(
    std::span<const MacroSource> files, const Invocation& invocation, const SourceReader& read);

}  // namespace larder::compile
