#include "compile/real_directories.h"

#include "compile/plain_path.h"

#include <algorithm>
#include <array>

namespace larder::compile {
namespace {

constexpr std::string_view kMark = "<real>";
constexpr std::string_view kDomain = "larder real directory 1";

// Those that name system directories; CPATH names such as -I does.
constexpr std::array<std::string_view, 4> kVariables = {
    "CPLUS_INCLUDE_PATH=", "C_INCLUDE_PATH=", "OBJCPLUS_INCLUDE_PATH=", "OBJC_INCLUDE_PATH="};

/// Whether a path lies in a directory, by what both are called.
bool is_below(std::string_view path, std::string_view directory) {
  const std::string plain = plain_path(path);
  const std::string above = plain_path(directory);
  if (above == ".") return !plain.starts_with('/');
  return plain.starts_with(above) && plain.substr(above.size()).starts_with('/');
}

/// The directories of a list as variables have it; an empty one is the working directory.
void append_listed(std::string_view list, std::vector<std::string>& directories) {
  while (!list.empty()) {
    const std::string_view directory = list.substr(0, list.find(':'));
    list.remove_prefix(std::min(directory.size() + 1, list.size()));
    directories.emplace_back(directory.empty() ? "." : directory);
  }
}

std::vector<std::string> system_directories(const Invocation& invocation,
                                            const char* const* variables) {
  using Chain = SearchDirectory::Chain;
  std::vector<std::string> directories;
  for (const SearchDirectory& given : invocation.preprocessor.directories) {
    if (given.chain == Chain::system || given.chain == Chain::after) {
      directories.push_back(given.path);
    }
  }
  for (; variables != nullptr && *variables != nullptr; ++variables) {
    const std::string_view text = *variables;
    for (const std::string_view name : kVariables) {
      if (text.starts_with(name)) append_listed(text.substr(name.size()), directories);
    }
  }
  std::ranges::sort(directories);
  directories.erase(std::unique(directories.begin(), directories.end()), directories.end());
  return directories;
}

bool keeps_spelled_names(const Invocation& invocation) {
  bool keeps = false;
  for (const KeyArgument& argument : invocation.key_arguments) {
    if (argument.option == "-fno-canonical-system-headers") keeps = true;
    if (argument.option == "-fcanonical-system-headers") keeps = false;
  }
  return keeps;
}

}  // namespace

bool is_real_directory(std::string_view input) noexcept { return input.starts_with(kMark); }

std::string_view directory_of_real(std::string_view input) noexcept {
  return input.substr(kMark.size());
}

util::Digest real_directory_digest(const std::string& directory, const ProjectRoot* root) {
  const std::string real = real_path(directory).value_or("");
  const bool is_spelled_so = real == directory;
  // Only if both names are as long as the root is, does it not matter which of them is shorter.
  const bool is_inside = root != nullptr && root->holds(directory);
  const std::string told = is_inside ? root->in_terms_of_root(real) : real;
  return util::Blake3().field(kDomain).field(is_spelled_so ? "=" : told).finish();
}

std::vector<InputFile> real_directories(CompilerKind kind, const Invocation& invocation,
                                        const char* const* variables,
                                        std::span<const InputFile> files, const ProjectRoot* root) {
  std::vector<InputFile> inputs;
  if (kind != CompilerKind::gcc || keeps_spelled_names(invocation)) return inputs;
  for (std::string& directory : system_directories(invocation, variables)) {
    const std::string real = real_path(directory).value_or(directory);
    const bool is_used = std::ranges::any_of(files, [&](const InputFile& file) {
      return is_below(file.path, directory) || is_below(file.path, real);
    });
    if (!is_used) continue;
    const std::string told = root == nullptr ? directory : root->in_terms_of_root(directory);
    inputs.push_back({std::string(kMark) + told, real_directory_digest(directory, root)});
  }
  return inputs;
}

}  // namespace larder::compile
