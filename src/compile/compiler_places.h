#pragma once

#include "compile/compiler.h"
#include "compile/driver_probe.h"

#include <string>
#include <vector>

namespace larder::compile {

/// Where the driver looked for its programs, its specs and its configuration before it found them,
/// or found none: a file that appears at one of these places makes the compiler another. The places
/// that options and variables (-B, COMPILER_PATH, GCC_EXEC_PREFIX, LIBRARY_PATH, PATH) and the
/// installation give it, by the rules of gcc 11 to 12 and clang 14 to 16 (as strace shows them).
/// Some hold a file already, at which the driver does not look.
std::vector<std::string> places_ahead(const CompilerQuery& query, const DriverProbe& probe);

}  // namespace larder::compile
