#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace larder::s3 {

/// An environment as it was when this was made. A variable that is empty counts as unset, as it
/// does for AWS's own programs. Thread-safe.
class Variables {
 public:
  /// `entries` are "NAME=value" texts, the last of them nullptr; nullptr itself for this process's,
  /// which is not safe beside setenv.
  explicit Variables(const char* const* entries);

  /// The variable's value, or nullopt if it is unset. O(variables).
  [[nodiscard]] std::optional<std::string> find(std::string_view name) const;

  /// The file that a variable names, or else `home_default` below HOME; nullopt where neither can
  /// be told. `~/` stands for HOME.
  [[nodiscard]] std::optional<std::string> file(std::string_view name,
                                                std::string_view home_default) const;

  /// "NAME=value" texts, for a process.
  [[nodiscard]] const std::vector<std::string>& entries() const { return entries_; }

 private:
  std::vector<std::string> entries_;
};

}  // namespace larder::s3
