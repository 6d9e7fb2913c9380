#pragma once

#include "compile/invocation.h"
#include "compile/pass_through.h"
#include "compile/response_file.h"

#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace larder::compile {

/// What decides, besides the arguments, how a driver reads them.
struct ParseEnvironment {
  /// Run as g++ or clang++: a C source is compiled as C++.
  bool is_cpp_driver = false;
  /// The process's variables, null-terminated, or nullptr for none: some change what a driver does.
  const char* const* variables = nullptr;
  /// Opens response files and module mappers; the real file system unless replaced.
  FileReader read_file = read_response_file;
};

/// Whether a driver of this name (a path or its last component: "g++", "/usr/bin/clang++-14",
/// "x86_64-linux-gnu-c++") compiles C sources as C++.
bool is_cpp_driver_name(std::string_view program) noexcept;

/// The compile that `args` (without the program's name) asks for, or why it must run uncached.
/// Never guesses: an option that is not understood passes through, unless it only looks like a
/// code generation or warning flag, which is kept verbatim in the key. Never fails. Reads nothing
/// but response files and module mappers. Thread-safe. Source: doc/compiler-options.md.
std::variant<Invocation, PassThrough> parse_arguments(CompilerKind kind,
                                                      std::span<const std::string> args,
                                                      const ParseEnvironment& environment);

}  // namespace larder::compile
