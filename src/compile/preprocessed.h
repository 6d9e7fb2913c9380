#pragma once

#include "compile/description.h"
#include "compile/invocation.h"
#include "util/hash.h"
#include <larder/result.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace larder::compile {

/// What the preprocessor made of a source.
struct Preprocessed {
  util::Digest key;                ///< Equal for sources that cannot be told apart after it.
  std::vector<std::string> files;  ///< Those entered, as DependencyList has them.
};

/// Whether the preprocessor's output tells all that reaches the compile's output. It does not where
/// the compiler sees columns, which the preprocessor loses between the first and the last word of a
/// line (debug information, sanitizers), macros (-g3) or runs that differ (coverage, LTO).
bool can_use_preprocessed(const Invocation& invocation) noexcept;

/// The arguments that preprocess instead of compiling.
std::vector<std::string> preprocessing_arguments(const Invocation& invocation);

/// Reads the preprocessor's output and diagnostics. Nullopt if the text asks where in a line it
/// stands (std::source_location), which white space changes without a trace. `root`: in whose terms
/// the description is told, if any; the key is for this root alone.
std::optional<Preprocessed> read_preprocessed(const Description& description,
                                              std::string_view output, std::string_view diagnostics,
                                              const ProjectRoot* root = nullptr);

/// The files that the line markers of preprocessed text name, each once, in order, without a
/// leading "./".
std::vector<std::string> files_in_line_markers(std::string_view text);

}  // namespace larder::compile
