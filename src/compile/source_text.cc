#include "compile/source_text.h"

#include <algorithm>

namespace larder::compile {
namespace {

constexpr auto kNpos = std::string_view::npos;

/// Where the logical line that holds `at` ends.
std::size_t end_of_line(std::string_view text, std::size_t at) {
  while (true) {
    const std::size_t end = text.find('\n', at);
    if (end == kNpos) return text.size();
    std::size_t last = end;
    while (last > at && is_blank(text[last - 1])) --last;
    if (last == at || text[last - 1] != '\\') return end;
    at = end + 1;
  }
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

/// Where the logical line that holds `at` begins.
std::size_t begin_of_line(std::string_view text, std::size_t at) {
  while (at > 0) {
    const std::size_t end = text.rfind('\n', at - 1);
    if (end == kNpos) return 0;
    std::size_t last = end;
    while (last > 0 && is_blank(text[last - 1])) --last;
    if (last == 0 || text[last - 1] != '\\') return end + 1;
    at = last;
  }
  return 0;
}

}  // namespace

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::size_t splice_length(std::string_view text, std::size_t at) noexcept {
  if (at >= text.size() || text[at] != '\\') return 0;
  std::size_t end = at + 1;
  while (end < text.size() && is_blank(text[end])) ++end;
  return end < text.size() && text[end] == '\n' ? end + 1 - at : 0;
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

bool begins_line(std::string_view text, std::size_t at) noexcept {
  // A carriage return alone ends a line for clang.
  while (at > 0 && is_blank(text[at - 1]) && text[at - 1] != '\r') --at;
  if (at == 0 || text[at - 1] == '\n' || text[at - 1] == '\r') return true;
  const std::string_view before = text.substr(0, at);
  return before.ends_with("*/") || before == "\xEF\xBB\xBF";
}

void LineReader::skip_space() {
  while (at_ < text_.size()) {
    const std::size_t splice = splice_length(text_, at_);
    if (is_blank(text_[at_])) {
      ++at_;
    } else if (splice != 0) {
      at_ += splice;
    } else if (text_.substr(at_, 2) == "/*") {
      const std::size_t end = text_.find("*/", at_ + 2);
      at_ = end == kNpos ? text_.size() : end + 2;
    } else {
      return;
    }
  }
}

std::string_view LineReader::word() {
  const std::size_t begin = at_;
  while (at_ < text_.size() && is_identifier(text_[at_])) ++at_;
  return text_.substr(begin, at_ - begin);
}

bool LineReader::take(char c) {
  if (at_ >= text_.size() || text_[at_] != c) return false;
  ++at_;
  return true;
}

std::optional<std::string_view> LineReader::until(char end) {
  std::size_t stop = at_;
  while (stop < text_.size() && text_[stop] != end && text_[stop] != '\n') ++stop;
  if (stop == text_.size() || text_[stop] == '\n') return std::nullopt;
  const std::string_view found = text_.substr(at_, stop - at_);
  at_ = stop + 1;
  return found;
}

std::optional<MacroParameter> find_parameter(std::string_view text, std::size_t at,
                                             std::string_view name) {
  LineReader line(text, begin_of_line(text, at));
  line.skip_space();
  if (!line.take('#')) return std::nullopt;
  line.skip_space();
  if (line.word() != "define") return std::nullopt;
  line.skip_space();
  const std::string_view macro = line.word();
  if (!line.take('(')) return std::nullopt;
  auto parameters = line.until(')');
  for (std::uint32_t number = 0; parameters && !parameters->empty(); ++number) {
    const std::size_t end = std::min(parameters->find(','), parameters->size());
    if (trimmed(parameters->substr(0, end)) == name) {
      return MacroParameter{.macro = std::string(macro), .number = number};
    }
    parameters->remove_prefix(std::min(end + 1, parameters->size()));
  }
  return std::nullopt;
}

TextKind TextKinds::at(std::size_t at) {
  // Where the languages disagree, so that one of them sees code, it is code.
  const TextKind one = advance(with_raw_strings_, at);
  const TextKind other = advance(without_raw_strings_, at);
  if (one == other) return one;
  if (one == TextKind::code || other == TextKind::code) return TextKind::code;
  return TextKind::literal;
}

TextKind TextKinds::advance(Walk& walk, std::size_t at) const {
  while (walk.end <= at) {
    const std::size_t begin = walk.end;
    const char first = text_[begin];
    const std::string_view two = text_.substr(begin, 2);
    walk.end = begin + 1;
    walk.kind = TextKind::code;
    if (two == "//") {
      walk.end = end_of_line(text_, begin);
      walk.kind = TextKind::comment;
    } else if (two == "/*") {
      const std::size_t end = text_.find("*/", begin + 2);
      walk.end = end == kNpos ? text_.size() : end + 2;
      walk.kind = TextKind::comment;
    } else if (first == '"') {
      const std::size_t prefix = word_begin(text_, begin);
      const bool is_raw =
          walk.has_raw_strings && is_raw_prefix(text_.substr(prefix, begin - prefix));
      walk.end = is_raw ? skip_raw_string(text_, begin) : skip_literal(text_, begin);
      walk.kind = TextKind::literal;
    } else if (first == '\'' && !is_digit_separator(text_, begin)) {
      walk.end = skip_literal(text_, begin);
      walk.kind = TextKind::literal;
    } else if (first == '<') {
      walk.end = skip_header_name(text_, begin);
    }
  }
  return walk.kind;
}

}  // namespace larder::compile
