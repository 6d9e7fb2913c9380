#pragma once

#include <larder/config.h>

#include <span>

namespace larder::cli {

/// Runs the command that the words after the program's name ask for, on stores of these types, and
/// gives the process's exit status (ExitCode). A word is a null-terminated text.
int run(std::span<char* const> words, std::span<const StoreType> types);

}  // namespace larder::cli
