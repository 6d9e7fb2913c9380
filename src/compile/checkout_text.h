#pragma once

#include "compile/invocation.h"

#include <optional>
#include <string>
#include <string_view>

/// What a compiler writes for people and for make names files by their paths. These functions tell
/// it as the same compile would have in another checkout. Pure text. Roots are ProjectRoot's: of
/// plain characters.
namespace larder::compile {

/// A diagnostic text with the root `from` replaced by `to`. None where `from` stands in it in any
/// other way than as the beginning of a path: the other checkout's text is then not certain.
std::optional<std::string> diagnostics_in_checkout(std::string_view text, std::string_view from,
                                                   std::string_view to);

/// A depfile with the root `from` replaced by `to`, and its lines broken where this compiler breaks
/// them: that depends on how long the names are. None where it is not certain what the compiler
/// would write, as with names that make needs quoted; a text that can be told for one `to` can be
/// told for all.
/// Source: as seen from gcc 11 and 12, clang 14 and 16.
std::optional<std::string> depfile_in_checkout(std::string_view text, CompilerKind kind,
                                               std::string_view from, std::string_view to);

}  // namespace larder::compile
