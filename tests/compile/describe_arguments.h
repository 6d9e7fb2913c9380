#pragma once

#include "compile/parse_arguments.h"

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace larder::compile {

/// Words separated by blanks, as a shell without quoting would have them.
std::vector<std::string> words(std::string_view command);

/// What parse_arguments() makes of `gcc …`, `g++ …`, `clang …` or `clang++ …`, no file existing.
std::variant<Invocation, PassThrough> parse_command(std::string_view command);

/// The same in one line, such as "a.c c object a.o; MD a.d: a.o; +su a.su; cwd", or
/// "pass several_inputs b.c". Without key arguments.
std::string describe(std::string_view command);

/// The key arguments in one line, such as "-I|dir -O2".
std::string describe_key(std::string_view command);

}  // namespace larder::compile
