#include "compile/source_text.h"

#include <algorithm>

#include <cstring>

namespace larder::compile {
namespace {

constexpr auto kNpos = std::string_view::npos;

/// Where the line that holds `at` ends.
std::size_t end_of_line(std::string_view text, std::size_t at) {
  return std::min(text.find('\n', at), text.size());
}

/// Behind the literal that begins with the quote at `at`; at the end of the line if it is not
/// closed there.
std::size_t skip_literal(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (++at; at < text.size() && text[at] != '\n'; ++at) {
    const std::size_t splice = splice_length(text, at);
    if (splice != 0) {
      at += splice - 1;
    } else if (text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      return at + 1;
    }
  }
  return std::min(at, text.size());
}

/// Behind the raw string whose opening quote is at `at`.
std::size_t skip_raw_string(std::string_view text, std::size_t at) {
  const std::size_t open = text.find('(', at);
  if (open == kNpos) return end_of_line(text, at);
  std::string close = ")";
  close.append(text.substr(at + 1, open - at - 1)).push_back('"');
  const std::size_t end = text.find(close, open);
  return end == kNpos ? text.size() : end + close.size();
}

std::size_t word_begin(std::string_view text, std::size_t end) {
  while (end > 0 && is_identifier(text[end - 1])) --end;
  return end;
}

bool is_raw_prefix(std::string_view word) {
  return word == "R" || word == "LR" || word == "uR" || word == "UR" || word == "u8R";
}

/// Whether the apostrophe at `at` separates digits: what comes before is a number.
bool is_digit_separator(std::string_view text, std::size_t at) {
  const std::size_t begin = word_begin(text, at);
  return begin < at && text[begin] >= '0' && text[begin] <= '9';
}

/// Behind a header name in angle brackets if the line is an include directive and stands at its
/// `<`: what looks like a comment in there is none.
std::size_t skip_header_name(std::string_view text, std::size_t at) {
  const std::size_t line = text.rfind('\n', at) + 1;  // 0 on the first line
  const std::string_view before = text.substr(line, at - line);
  if (before.find("include") == kNpos && before.find("import") == kNpos) return at + 1;
  const std::size_t end = text.find_first_of(">\n", at);
  return end == kNpos ? text.size() : end + 1;
}

struct Token {
  std::size_t end;
  TextKind kind;
};

/// The comment or literal at `at`; one character of code if there is none.
Token token_at(std::string_view text, std::size_t at) {
  const std::string_view two = text.substr(at, 2);
  if (two == "//") return {end_of_line(text, at), TextKind::comment};
  if (two == "/*") {
    const std::size_t end = text.find("*/", at + 2);
    return {end == kNpos ? text.size() : end + 2, TextKind::comment};
  }
  if (text[at] == '"') {
    const std::size_t begin = word_begin(text, at);
    const bool is_raw = is_raw_prefix(text.substr(begin, at - begin));
    return {is_raw ? skip_raw_string(text, at) : skip_literal(text, at), TextKind::literal};
  }
  if (text[at] == '\'' && !is_digit_separator(text, at)) {
    return {skip_literal(text, at), TextKind::literal};
  }
  return {text[at] == '<' ? skip_header_name(text, at) : at + 1, TextKind::code};
}

}  // namespace

std::size_t splice_length(std::string_view text, std::size_t at) noexcept {
  if (at >= text.size() || text[at] != '\\') return 0;
  std::size_t end = at + 1;
  while (end < text.size() && is_blank(text[end])) ++end;
  return end < text.size() && text[end] == '\n' ? end + 1 - at : 0;
}

bool has_spliced_words(std::string_view text) noexcept {
  std::size_t at = 0;
  while ((at = text.find('\\', at)) != kNpos) {
    const std::size_t splice = splice_length(text, at);
    // With a blank or the start of a line on either side, no word goes across.
    const bool joins = splice != 0 && at > 0 && !is_blank(text[at - 1]) && text[at - 1] != '\n' &&
                       at + splice < text.size() && !is_blank(text[at + splice]);
    if (joins) return true;
    at += std::max<std::size_t>(splice, 1);
  }
  return false;
}

std::string without_splices(std::string_view text) {
  std::string joined;
  joined.reserve(text.size());
  while (!text.empty()) {
    const std::size_t at = text.find('\\');
    joined.append(text.substr(0, at));
    if (at == kNpos) break;
    const std::size_t splice = splice_length(text, at);
    if (splice == 0) joined.push_back('\\');
    text.remove_prefix(at + std::max<std::size_t>(splice, 1));
  }
  return joined;
}

TextKind kind_of_text(std::string_view text, std::size_t at) noexcept {
  std::size_t position = 0;
  while (position < at) {
    const Token token = token_at(text, position);
    if (token.end > at) return token.kind;
    position = token.end;
  }
  return TextKind::code;
}

}  // namespace larder::compile
