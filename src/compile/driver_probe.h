#pragma once

#include "compile/compiler.h"
#include <larder/result.h>

#include <string>
#include <string_view>
#include <vector>

namespace larder::compile {

/// What a driver tells about a compile without running it (`-###`).
struct DriverProbe {
  CompilerKind kind = CompilerKind::gcc;
  std::vector<std::string> programs;  ///< Those it would run, found, in order.
  std::vector<std::string> specs;     ///< Specs and configuration files it read.
  std::vector<std::string> flags;     ///< What it would tell them, without paths.
  /// Where clang has what belongs to it beside headers: the lists of its sanitizers, for one.
  std::string resource_directory;
};

/// Reads the output of `-###`: the commands stand on lines that begin with a space, gcc quoting
/// what needs it and clang everything. Errors: unavailable for a driver that is neither.
Result<DriverProbe> parse_driver_probe(std::string_view text);

/// Runs the driver with `-###` for a compile of an empty source. One process.
/// Errors: as above, and those of starting it.
Result<DriverProbe> probe_driver(const CompilerQuery& query);

/// The program that the driver would run as `tool` (`-print-prog-name=`). One process.
/// Errors: unavailable if there is none.
Result<std::string> locate_tool(const CompilerQuery& query, std::string_view tool);

/// The shared libraries that the dynamic loader would give a program, by full path; none for one
/// that is static or no ELF file at all. One process, which the loader ends before `main`.
Result<std::vector<std::string>> list_shared_libraries(const std::string& program);

}  // namespace larder::compile
