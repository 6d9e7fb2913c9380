#include "compile/depfile.h"

#include <algorithm>
#include <array>

namespace larder::compile {
namespace {

/// By character: whether it stands for itself in a word, as nearly all do.
constexpr std::array<bool, 256> kIsPlain = [] {
  std::array<bool, 256> plain;
  plain.fill(true);
  for (const char c : {' ', '\t', '\n', '\r', '\\', '$'}) {
    plain[static_cast<unsigned char>(c)] = false;
  }
  return plain;
}();

/// Reads a makefile fragment word by word, as make would.
class DepfileReader {
 public:
  explicit DepfileReader(std::string_view text) : rest_(text) {}

  /// Skips blanks and continued line ends; false at the end of a line or of the text.
  bool skip_to_word() {
    while (!rest_.empty()) {
      if (rest_.front() == ' ' || rest_.front() == '\t' || rest_.front() == '\r') {
        rest_.remove_prefix(1);
      } else if (const std::size_t end = continuation_size(); end != 0) {
        rest_.remove_prefix(end);
      } else {
        return rest_.front() != '\n';
      }
    }
    return false;
  }

  /// The next word, unquoted. Only after skip_to_word().
  std::string take_word() {
    std::string word;
    while (!rest_.empty() && !is_separator(rest_.front()) && continuation_size() == 0) {
      if (rest_.front() == '\\') {
        take_backslashes(word);
      } else {
        if (rest_.starts_with("$$")) rest_.remove_prefix(1);
        const std::size_t size = 1 + plain_size(rest_.substr(1));
        word.append(rest_.substr(0, size));
        rest_.remove_prefix(size);
      }
    }
    return word;
  }

  void skip_line_end() {
    if (!rest_.empty()) rest_.remove_prefix(1);
  }

  [[nodiscard]] bool is_at_end() const { return rest_.empty(); }

 private:
  /// How much of a word stands for itself.
  static std::size_t plain_size(std::string_view text) {
    const auto is_plain = [](char c) { return kIsPlain[static_cast<unsigned char>(c)]; };
    const auto end = std::ranges::find_if_not(text, is_plain);
    return static_cast<std::size_t>(end - text.begin());
  }

  static bool is_separator(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

  /// The length of a backslash and a line end that stand here, or 0.
  [[nodiscard]] std::size_t continuation_size() const {
    if (rest_.starts_with("\\\n")) return 2;
    return rest_.starts_with("\\\r\n") ? 3 : 0;
  }

  /// Backslashes stand for themselves, except that 2N+1 before a blank are N and the blank, 2N
  /// before a blank are N and end the word, and the last one before a `#` quotes it.
  void take_backslashes(std::string& word) {
    const std::size_t count = std::min(rest_.find_first_not_of('\\'), rest_.size());
    const char next = count < rest_.size() ? rest_[count] : '\0';
    const bool is_before_line_end = next == '\n' || rest_.substr(count).starts_with("\r\n");
    std::size_t kept = count;
    bool is_quoting = false;
    if (next == '#' || is_before_line_end) {
      kept = count - 1;
      is_quoting = next == '#';
    } else if (next == ' ' || next == '\t') {
      kept = count / 2;
      is_quoting = count % 2 == 1;
    }
    word.append(kept, '\\');
    rest_.remove_prefix(is_before_line_end ? count - 1 : count);
    if (!is_quoting) return;
    word.push_back(next);
    rest_.remove_prefix(1);
  }

  std::string_view rest_;
};

/// A name as clang's Lexer::Stringify quotes it.
std::string unquote_line(std::string_view line) {
  std::string name;
  name.reserve(line.size());
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size()) {
      ++i;
      name.push_back(line[i] == 'n' ? '\n' : line[i]);
    } else {
      name.push_back(line[i]);
    }
  }
  return name;
}

}  // namespace

Result<std::vector<std::string>> parse_depfile(std::string_view text) {
  std::vector<std::string> prerequisites;
  if (text.find('\0') != std::string_view::npos) {
    return fail(ErrorCode::corrupt, "read a dependency list: it holds a NUL");
  }
  DepfileReader reader(text);
  while (!reader.is_at_end()) {
    bool has_words = false;
    bool has_targets = false;
    while (reader.skip_to_word()) {
      std::string word = reader.take_word();
      has_words = true;
      if (has_targets) {
        prerequisites.push_back(std::move(word));
      } else {
        has_targets = word.ends_with(':');
      }
    }
    if (has_words && !has_targets) {
      return fail(ErrorCode::corrupt, "read a dependency list: a line has no target");
    }
    reader.skip_line_end();
  }
  return prerequisites;
}

std::vector<std::string> parse_header_list(std::string_view text) {
  std::vector<std::string> headers;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (!line.empty() && !(line.starts_with('<') && line.ends_with('>'))) {
      headers.push_back(unquote_line(line));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return headers;
}

}  // namespace larder::compile
