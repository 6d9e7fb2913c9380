#pragma once

#include <larder/result.h>

#include <optional>
#include <string>
#include <string_view>

namespace larder::compile {

/// Where a compiler was found.
struct FoundCompiler {
  std::string path;
  bool is_first = true;  ///< It is what the name means to everyone else, too.
};

/// The real compiler that `name` stands for: a name with a slash is itself; any other is looked up
/// in PATH, past this program (under whatever name or link) and past other compiler caches, so that
/// a directory of links named as compilers can lead PATH. A stat for each directory of PATH before
/// the one that has it, and a few readlinks. Errors: unavailable if there is none.
Result<FoundCompiler> find_compiler(const std::string& name);

/// The executable that `name` stands for, by its slash or by PATH, or nullopt.
std::optional<std::string> find_program(const std::string& name);

/// The last component of a path.
std::string_view base_name(std::string_view path) noexcept;

}  // namespace larder::compile
