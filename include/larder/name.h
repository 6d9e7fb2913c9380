#pragma once

#include <larder/result.h>

#include <string>
#include <string_view>

#include <compare>
#include <cstddef>

namespace larder {

/// The name of a blob within its entry, or of a namespace within its parent: one path component.
/// A value; safe to read from any number of threads.
class Name {
 public:
  static constexpr std::size_t kMaxBytes = 200;

  /// The name, checked: 1 to kMaxBytes bytes of valid UTF-8 that do not begin with `.` and hold
  /// no `/`, no `\`, no NUL and no control byte. Errors: invalid_argument, saying which rule.
  static Result<Name> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  friend bool operator==(const Name&, const Name&) = default;
  friend std::strong_ordering operator<=>(const Name&, const Name&) = default;

 private:
  explicit Name(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

}  // namespace larder
