#pragma once

#include "compile/invocation.h"
#include "compile/pass_through.h"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <cstddef>

namespace larder::compile {

/// Why a response file's content could not be had.
enum class FileAbsence {
  missing,     ///< Not there: `@file` stays an argument, as the drivers have it.
  unreadable,  ///< There, but not a readable regular file of bounded size.
};

/// The content of a file, or why there is none.
using FileReader = std::function<std::variant<std::string, FileAbsence>(const std::string& path)>;

/// Bounds of an expansion; beyond them the compile passes through. The drivers' own are wider.
struct ResponseFileLimits {
  static constexpr std::size_t kMaxFiles = 200;
  static constexpr std::size_t kMaxDepth = 20;
  static constexpr std::size_t kMaxFileBytes = std::size_t{8} << 20;
  static constexpr std::size_t kMaxArguments = 200'000;
};

/// The FileReader of real files, relative to the working directory. Three syscalls.
std::variant<std::string, FileAbsence> read_response_file(const std::string& path);

/// Splits a response file's content into arguments as the driver does: white space separates,
/// single and double quotes group, a backslash takes the next character literally, inside quotes
/// too. gcc keeps empty quoted arguments, drops a last lone backslash, and counts vertical tab and
/// form feed as white space; clang does not. Source: libiberty argv.c, LLVM CommandLine.cpp.
std::vector<std::string> split_response_file(CompilerKind kind, std::string_view content);

/// Arguments with every `@file` replaced by what the file says.
struct ExpandedArguments {
  std::vector<std::string> arguments;
  std::vector<std::string> files;  ///< Those read, in order, as spelled.
};

/// Expands `@file` in place, nested. A missing file's argument stays as it is. Gives a PassThrough
/// beyond the limits, for an unreadable file, and for one with a NUL or a byte order mark.
std::variant<ExpandedArguments, PassThrough> expand_response_files(
    CompilerKind kind, std::span<const std::string> args, const FileReader& read_file);

}  // namespace larder::compile
