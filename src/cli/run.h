#pragma once

#include <larder/config.h>

#include <span>

namespace larder::cli {

/// Runs the command, not a compiler, that the words after the program's name ask for, on stores of
/// these types, and gives the process's exit status (ExitCode). A word is a null-terminated text.
/// Descriptors 0 to 2 are expected to be open. Ignores SIGPIPE from then on.
int run(std::span<char* const> words, std::span<const StoreType> types);

}  // namespace larder::cli
