#pragma once

#include <larder/result.h>

#include <span>
#include <string>
#include <string_view>

namespace larder::cli {

/// The path of another of larder's programs: beside this one. One readlink. Errors: io.
Result<std::string> sibling_path(std::string_view program);

/// Becomes another of larder's programs, such as "larder-store", with these words as its
/// arguments; the way in which git reaches its commands. Returns only if that fails, with the exit
/// status for a program that cannot be run, after saying why on standard error.
int become_sibling(std::string_view program, std::span<char* const> words);

}  // namespace larder::cli
