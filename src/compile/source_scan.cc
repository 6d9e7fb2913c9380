#include "compile/source_scan.h"

#include "compile/source_marks.h"
#include "compile/source_text.h"

#include <optional>

namespace larder::compile {
namespace {

constexpr auto kNpos = std::string_view::npos;

/// Reads one logical line from a position on: white space, comments and line splices between words.
class LineReader {
 public:
  LineReader(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  void skip_space() {
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

  std::string_view word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_identifier(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  /// What stands here up to `end` on the same line, and goes behind it.
  std::optional<std::string_view> until(char end) {
    const std::size_t stop = text_.find_first_of(std::string{end, '\n'}, at_);
    if (stop == kNpos || text_[stop] == '\n') return std::nullopt;
    const std::string_view found = text_.substr(at_, stop - at_);
    at_ = stop + 1;
    return found;
  }

  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\n'; }
  [[nodiscard]] std::string_view rest_of_line() const {
    return text_.substr(at_, text_.find('\n', at_) - at_);
  }

 private:
  std::string_view text_;
  std::size_t at_;
};

IncludeSpelling read_spelling(LineReader& line, IncludeSpelling::Use use) {
  line.skip_space();
  std::optional<std::string_view> name;
  auto form = IncludeSpelling::Form::computed;
  if (line.take('"')) {
    form = IncludeSpelling::Form::quote;
    name = line.until('"');
  } else if (line.take('<')) {
    form = IncludeSpelling::Form::angle;
    name = line.until('>');
  }
  if (!name || name->find('\\') != kNpos) return {IncludeSpelling::Form::computed, use, {}};
  return {form, use, std::string(*name)};
}

/// Reads a directive whose `#` has just been passed.
void read_directive(LineReader line, SourceScan& scan) {
  line.skip_space();
  const std::string_view word = line.word();
  if (word == "include" || word == "import") {
    scan.includes.push_back(read_spelling(line, IncludeSpelling::Use::include));
  } else if (word == "include_next") {
    scan.includes.push_back(read_spelling(line, IncludeSpelling::Use::next));
  } else if (word == "embed") {
    scan.pulls_in_files = true;
  } else if (word == "pragma" && line.rest_of_line().find("pch_preprocess") != kNpos) {
    scan.uses_precompiled = true;
  }
}

/// Whether nothing but white space, or the end of a comment, comes before on the line.
bool begins_line(std::string_view text, std::size_t at) {
  while (at > 0 && is_blank(text[at - 1])) --at;
  return at == 0 || text[at - 1] == '\n' || (at >= 2 && text.substr(at - 2, 2) == "*/");
}

/// A directive whose mark (`#` in one of its spellings) is at `at`.
void scan_directive(std::string_view text, std::size_t at, std::size_t after, SourceScan& scan) {
  if (!begins_line(text, at)) return;
  const std::size_t known = scan.includes.size();
  read_directive(LineReader(text, after), scan);
  // Prose in a comment ("#include's protect ...") must not pass for an include by macro.
  const bool is_computed =
      scan.includes.size() > known && scan.includes.back().form == IncludeSpelling::Form::computed;
  if (is_computed && kind_of_text(text, at) == TextKind::comment) scan.includes.pop_back();
}

/// What a `__has_…` at `at` asks for.
void scan_probe(std::string_view text, std::size_t at, SourceScan& scan) {
  LineReader line(text, at);
  const std::string_view word = line.word();
  const bool is_next = word.ends_with("__has_include_next");
  if (!is_next && !word.ends_with("__has_include") && !word.ends_with("__has_include__") &&
      !word.ends_with("__has_embed")) {
    return;
  }
  line.skip_space();
  // Without parentheses only its existence is asked for.
  if (!line.take('(')) return;
  line.skip_space();
  if (line.peek() == ')') return;
  scan.includes.push_back(read_spelling(
      line, is_next ? IncludeSpelling::Use::probe_next : IncludeSpelling::Use::probe));
}

/// `__DATE__` and kin at `at`, outside comments and literals and as a whole word.
void scan_time(std::string_view text, std::size_t at, SourceScan& scan) {
  if (scan.uses_time || (at > 0 && is_identifier(text[at - 1]))) return;
  const std::string_view word = LineReader(text, at).word();
  if (word != "__DATE__" && word != "__TIME__" && word != "__TIMESTAMP__") return;
  scan.uses_time = kind_of_text(text, at) == TextKind::code;
}

/// `.incbin` and `.include` at `at`, in the strings of asm statements too.
void scan_assembler(std::string_view text, std::size_t at, SourceDialect dialect,
                    SourceScan& scan) {
  const std::string_view word = LineReader(text, at + 1).word();
  if (scan.pulls_in_files || (!word.starts_with("incbin") && word != "include")) return;
  scan.pulls_in_files =
      dialect == SourceDialect::assembly || kind_of_text(text, at) != TextKind::comment;
}

/// A line that begins as `import …`, `export import …`, `module …` or `export module …`, with the
/// keyword at `at`, and goes on as such a line does.
void scan_module(std::string_view text, std::size_t at, SourceScan& scan) {
  const std::string_view keyword = text.substr(at, 6);
  if (keyword != "import" && keyword != "module") return;
  std::size_t begin = at;
  while (begin > 0 && is_blank(text[begin - 1])) --begin;
  constexpr std::string_view kExport = "export";
  if (begin >= kExport.size() && text.substr(begin - kExport.size(), kExport.size()) == kExport) {
    begin -= kExport.size();
  }
  if (!begins_line(text, begin)) return;
  LineReader line(text, at + keyword.size());
  if (is_identifier(line.peek())) return;
  line.skip_space();
  const char next = line.peek();
  const bool goes_on = next == '<' || next == '"' || next == ':' || next == ';';
  scan.uses_modules = scan.uses_modules || goes_on || is_identifier(next);
}

SourceScan scan_unspliced(std::string_view text, SourceDialect dialect) {
  SourceScan scan;
  for (std::size_t at = find_mark(text, 0); at < text.size(); at = find_mark(text, at + 1)) {
    switch (text[at]) {
      case '#':
        scan_directive(text, at, at + 1, scan);
        break;
      case '%':
        scan_directive(text, at, at + 2, scan);
        break;
      case '?':
        if (text.substr(at, 3) == "?\?=") scan_directive(text, at, at + 3, scan);
        break;
      case '_':
        if (text[at + 2] == 'h') {
          scan_probe(text, at, scan);
        } else {
          scan_time(text, at, scan);
        }
        break;
      case '.':
        scan_assembler(text, at, dialect, scan);
        break;
      default:
        scan_module(text, at, scan);
        break;
    }
  }
  return scan;
}

}  // namespace

SourceScan scan_source(std::string_view text, SourceDialect dialect) {
  if (has_spliced_words(text)) return scan_unspliced(without_splices(text), dialect);
  return scan_unspliced(text, dialect);
}

}  // namespace larder::compile
