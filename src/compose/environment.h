#pragma once

#include <larder/result.h>

#include <optional>
#include <string>
#include <string_view>

namespace larder::compose {

/// The variables that settings come from. Refers to the caller's texts, which stay as they are.
class Environment {
 public:
  /// `entries` are "NAME=value" texts, the last of them nullptr.
  explicit Environment(const char* const* entries) : entries_(entries) {}

  /// The variable's value, or nullopt if it is unset. O(variables).
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

  [[nodiscard]] const char* const* entries() const { return entries_; }

  /// `path` with a leading `~/` and each `$NAME` and `${NAME}` replaced; `$$` stands for `$`.
  /// Errors: invalid_argument (a variable that is unset, a stray `$`, `~name`, NUL, and a result
  /// that is not absolute).
  [[nodiscard]] Result<std::string> expand_path(std::string_view path) const;

  /// larder's directory in the XDG base directory `$NAME`, or in `$HOME/<home_default>` where that
  /// is unset or not absolute; nullopt where HOME is neither.
  [[nodiscard]] std::optional<std::string> base_directory(std::string_view name,
                                                          std::string_view home_default) const;

 private:
  [[nodiscard]] std::optional<std::string_view> find_absolute(std::string_view name) const;

  const char* const* entries_;
};

}  // namespace larder::compose
