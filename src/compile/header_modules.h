#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Compiled modules that gcc imports in place of headers. A result holds as long as there are none:
/// that is an AbsentGroup whose directory is marked and whose names are headers.
namespace larder::compile {

/// The place at which gcc looks for the compiled form of a header before it reads the header: below
/// `directory`, where `,` stands for the working directory and `,,` for "..". A plain path.
/// Source: gcc 11, 12 and 14, as seen.
std::string module_of_header(std::string_view directory, std::string_view header);

/// What stands for a directory of compiled modules in a manifest: no plain path.
std::string marked_module_directory(std::string_view directory);
bool is_marked_module_directory(std::string_view marked) noexcept;
/// The directory that was marked.
std::string_view module_directory_of(std::string_view marked) noexcept;

/// Looks for the compiled forms of headers below a directory. One thread at a time.
class HeaderModules {
 public:
  explicit HeaderModules(std::string_view directory) : directory_(directory) {}

  /// Whether there may be one: what cannot be looked at counts. A syscall; none where the header's
  /// first directory is known to have no counterpart.
  [[nodiscard]] bool may_have(std::string_view header);

 private:
  [[nodiscard]] bool is_ruled_out(std::string_view header);

  std::string directory_;
  std::vector<std::string> absent_;  // First parts of names below the directory.
};

}  // namespace larder::compile
