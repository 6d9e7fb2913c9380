#pragma once

#include <larder/result.h>

#include <string>
#include <string_view>
#include <vector>

/// The lists of files that compilers write, read back. Pure text; thread-safe.
namespace larder::compile {

/// The prerequisites in a makefile fragment as gcc and clang write it for -M, -MD, -MMD and
/// SUNPRO_DEPENDENCIES: those of all rules, in order, repeated where they are, spelled as the
/// compiler opened them. Rules without prerequisites (-MP) add nothing.
///
/// A name that the compilers do not quote (with a newline; with a backslash at its end) comes out
/// as names that most likely do not exist: the caller finds that it cannot read them. A target that
/// holds ": " unquoted (-MT) leaves its rest among the prerequisites, with the same effect.
///
/// Errors: corrupt for text that is no such fragment.
Result<std::vector<std::string>> parse_depfile(std::string_view text);

/// The headers in a list as clang writes it to CC_PRINT_HEADERS_FILE: a line each, in order,
/// repeated where they are. Leaves out what is no file, such as `<built-in>`.
std::vector<std::string> parse_header_list(std::string_view text);

}  // namespace larder::compile
