#pragma once

#include <larder/name.h>
#include <larder/result.h>

#include <string>
#include <string_view>
#include <vector>

#include <cstddef>

namespace larder::store {

/// The path of a namespace relative to its store's root; the root's own path is empty. A value.
class NamespacePath {
 public:
  /// Longest `text()` in bytes, so that a whole S3 key stays below that service's 1,024.
  static constexpr std::size_t kMaxBytes = 1000 - 2 * 64;

  NamespacePath() = default;

  /// The path of the namespace `component` under this one. Errors: invalid_argument if too long.
  [[nodiscard]] Result<NamespacePath> child(const Name& component) const;

  /// The path spelled "a/b"; "" is the root. Errors: invalid_argument.
  static Result<NamespacePath> parse(std::string_view text);

  /// The components joined by "/".
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] bool is_root() const noexcept { return text_.empty(); }

  /// The components, in place.
  [[nodiscard]] std::vector<std::string_view> components() const;

  /// Whether this is `ancestor` or lies under it.
  [[nodiscard]] bool is_within(const NamespacePath& ancestor) const noexcept;

  /// This path relative to `ancestor`, which it must be within: "" for the same.
  [[nodiscard]] std::string_view relative_to(const NamespacePath& ancestor) const noexcept;

  friend bool operator==(const NamespacePath&, const NamespacePath&) = default;
  friend auto operator<=>(const NamespacePath&, const NamespacePath&) = default;

 private:
  std::string text_;
};

}  // namespace larder::store
