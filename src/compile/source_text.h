#pragma once

#include <string>
#include <string_view>

#include <cstddef>
#include <cstdint>

/// Just enough of the lexical rules of C and C++ to tell code from comments. Thread-safe.
namespace larder::compile {

/// Letters, digits, `_`, `$` and all bytes above ASCII.
constexpr bool is_identifier(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

/// White space other than the end of a line.
constexpr bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

/// The length of the line splice at `at`: a backslash, perhaps blanks (as gcc and clang allow), and
/// the end of the line. 0 if there is none.
std::size_t splice_length(std::string_view text, std::size_t at) noexcept;

/// Whether a line splice stands within a word or a mark, so that neither can be searched for.
bool has_spliced_words(std::string_view text) noexcept;

/// The text with its line splices removed.
std::string without_splices(std::string_view text);

/// What a place in a text is part of.
enum class TextKind : std::uint8_t { code, comment, literal };

/// What `at` is part of; code when in doubt. Reads the text from its start.
TextKind kind_of_text(std::string_view text, std::size_t at) noexcept;

}  // namespace larder::compile
