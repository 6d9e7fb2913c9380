#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <cstddef>
#include <cstdint>

/// Just enough of the lexical rules of C and C++ to find directives and to tell code from comments.
/// Thread-safe, but one object in one thread at a time.
namespace larder::compile {

/// Letters, digits, `_`, `$` and all bytes above ASCII.
constexpr bool is_identifier(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

/// White space other than the end of a line; a NUL is, to both compilers.
constexpr bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f' || c == '\0';
}

/// The text without white space at its ends.
std::string_view trimmed(std::string_view text) noexcept;

/// The length of the line splice at `at`: a backslash, perhaps blanks (as gcc and clang allow), and
/// the end of the line. 0 if there is none.
std::size_t splice_length(std::string_view text, std::size_t at) noexcept;

/// The text with its line splices removed.
std::string without_splices(std::string_view text);

/// Whether nothing but white space, a byte order mark or the end of a comment comes before `at` on
/// its line. Either compiler's idea of a line will do.
bool begins_line(std::string_view text, std::size_t at) noexcept;

/// Reads one logical line from a position on: white space, comments and line splices between words.
class LineReader {
 public:
  LineReader(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  void skip_space();

  /// The identifier or number that stands here, and goes behind it.
  std::string_view word();

  /// Goes behind `c` if it stands here.
  bool take(char c);

  /// What stands here up to `end` on the same line, and goes behind it.
  std::optional<std::string_view> until(char end);

  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\n'; }
  [[nodiscard]] std::size_t position() const { return at_; }
  [[nodiscard]] std::string_view rest_of_line() const {
    return text_.substr(at_, text_.find('\n', at_) - at_);
  }

 private:
  std::string_view text_;
  std::size_t at_;
};

/// A parameter of a macro.
struct MacroParameter {
  std::string macro;
  std::uint32_t number = 0;  ///< From 0.
};

/// If `at` is in the definition of a macro that has a parameter of this name: which.
std::optional<MacroParameter> find_parameter(std::string_view text, std::size_t at,
                                             std::string_view name);

/// What a place in a text is part of.
enum class TextKind : std::uint8_t { code, comment, literal };

/// Tells what places of a text are part of; code when in doubt. Reads the text once from its start,
/// as far as it is asked.
class TextKinds {
 public:
  explicit TextKinds(std::string_view text) : text_(text) {}

  /// What `at` is part of. Not before the place last asked for.
  TextKind at(std::size_t at);

 private:
  struct Walk {
    bool has_raw_strings = false;  // R"x(...)x", which C and old C++ have not
    std::size_t end = 0;           // of the comment, literal or character last read
    TextKind kind = TextKind::code;
  };

  TextKind advance(Walk& walk, std::size_t at) const;

  std::string_view text_;
  Walk with_raw_strings_ = {.has_raw_strings = true};
  Walk without_raw_strings_;
};

}  // namespace larder::compile
