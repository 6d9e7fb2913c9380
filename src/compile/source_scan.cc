#include "compile/source_scan.h"

#include "compile/source_marks.h"
#include "compile/source_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include <cstddef>

namespace larder::compile {
namespace {

using Form = IncludeSpelling::Form;
using Use = IncludeSpelling::Use;

constexpr auto kNpos = std::string_view::npos;

/// The assembler's directives that read files, without their dots.
constexpr std::array<std::string_view, 2> kPullingIn = {"incbin", "include"};

/// So much of one before a macro that may be the rest of it: `"." NAME` is common, and harmless.
constexpr std::size_t kTellingBytes = 3;

std::string_view before_comment(std::string_view text) {
  return trimmed(text.substr(0, std::min(text.find("//"), text.find("/*"))));
}

/// Finds what one text holds. Used once.
class SourceScanner {
 public:
  SourceScanner(std::string_view text, SourceDialect dialect)
      : text_(text), dialect_(dialect), kinds_(text) {}

  SourceScan run() {
    source_marks::for_each_mark(text_, [this](std::size_t at) { visit(at); });
    return std::move(scan_);
  }

  /// Whether words were not seen because a line splice stands in them.
  [[nodiscard]] bool has_spliced_words() const { return has_spliced_words_; }
  [[nodiscard]] bool has_trigraph_splices() const { return has_trigraph_splices_; }

 private:
  void visit(std::size_t at) {
    const std::string_view here = text_.substr(at);
    switch (here.front()) {
      case '#':
        return read_directive(at, 1);
      case '%':
        return read_directive(at, 2);
      case '?':
        if (here.starts_with("?\?=")) read_directive(at, 3);
        has_trigraph_splices_ = has_trigraph_splices_ || here.starts_with("?\?/");
        return;
      case '_':
        if (here.starts_with("__has_")) return read_probe(at);
        return read_time(at);
      case '.':
        return read_assembler(at);
      case 'i':
        return read_module(at, "import");
      case 'm':
        return read_module(at, "module");
      case '\\':
        return read_splice(at);
      default:
        has_lone_returns_ = true;
    }
  }

  void read_directive(std::size_t at, std::size_t mark_size) {
    if (!begins_line(text_, at)) return;
    LineReader line(text_, at + mark_size);
    line.skip_space();
    const std::string_view word = line.word();
    if (word == "import") scan_.asks_for_once = true;
    if (word == "include" || word == "import") {
      read_spelling(at, line, Use::include);
    } else if (word == "include_next") {
      read_spelling(at, line, Use::next);
    } else if (word == "embed") {
      scan_.pulls_in_files = true;
    } else if (word == "pragma") {
      read_pragma(line.rest_of_line());
    }
  }

  void read_pragma(std::string_view pragma) {
    if (pragma.find("pch_preprocess") != kNpos) scan_.uses_precompiled = true;
    if (pragma.find("dependency") != kNpos) scan_.pulls_in_files = true;
    if (pragma.find("once") != kNpos) scan_.asks_for_once = true;
    if (pragma.find("clang module") != kNpos) scan_.uses_modules = true;
  }

  /// The name that stands next, for a directive or a probe at `at`. Null for prose in a comment.
  IncludeSpelling* read_spelling(std::size_t at, LineReader& line, Use use) {
    line.skip_space();
    LineReader name = line;
    const bool is_quoted = name.take('"');
    const bool is_angled = !is_quoted && name.take('<');
    const auto spelled = is_quoted   ? name.until('"')
                         : is_angled ? name.until('>')
                                     : std::optional<std::string_view>();
    if (spelled) {
      scan_.includes.push_back({.form = is_quoted ? Form::quote : Form::angle, .use = use});
      scan_.includes.back().name = *spelled;
    } else {
      if (kind_at(at) == TextKind::comment) return nullptr;
      scan_.includes.push_back({.form = Form::computed, .use = use});
      scan_.includes.back().name = before_comment(line.rest_of_line());
    }
    return &scan_.includes.back();
  }

  void read_probe(std::size_t at) {
    LineReader line(text_, at);
    const std::string_view word = line.word();
    const bool is_next = word == "__has_include_next" || word == "__has_include_next__";
    if (!is_next && word != "__has_include" && word != "__has_include__" && word != "__has_embed") {
      return;
    }
    if (at > 0 && is_identifier(text_[at - 1])) return;
    line.skip_space();
    // Without parentheses its existence is asked for; or it is another macro's whole meaning, which
    // no compiler has been seen to allow.
    if (!line.take('(') || is_defined_at(at)) return;
    IncludeSpelling* const spelling =
        read_spelling(at, line, is_next ? Use::probe_next : Use::probe);
    if (spelling == nullptr || spelling->form != Form::computed) return;
    const std::string operand(trimmed(spelling->name.substr(0, spelling->name.find(')'))));
    spelling->name = operand;
    if (auto parameter = find_parameter(text_, at, operand)) {
      spelling->macro = std::move(parameter->macro);
      spelling->parameter = parameter->number;
    }
  }

  /// Whether the name at `at` is the one that a #define defines.
  [[nodiscard]] bool is_defined_at(std::size_t at) const {
    while (at > 0 && is_blank(text_[at - 1])) --at;
    return text_.substr(0, at).ends_with("define");
  }

  void read_time(std::size_t at) {
    static constexpr std::array<std::string_view, 3> kMacros = {"__DATE__", "__TIME__",
                                                                "__TIMESTAMP__"};
    const std::string_view word = LineReader(text_, at).word();
    if (scan_.uses_time || std::ranges::find(kMacros, word) == kMacros.end()) return;
    if (at > 0 && is_identifier(text_[at - 1])) return;
    scan_.uses_time = kind_at(at) == TextKind::code;
  }

  void read_assembler(std::size_t at) {
    LineReader line(text_, at + 1);
    const std::string_view word = line.word();
    if (scan_.pulls_in_files || !may_pull_in(word)) return;
    const TextKind kind = kind_at(at);
    if (kind == TextKind::comment) return;
    if (!word.starts_with("incbin") && word != "include") {
      scan_.pulls_in_files = goes_on_elsewhere(at + 1 + word.size(), word, kind);
      return;
    }
    // `x.include` may be a member; the assembler's has a name behind it, whatever macros do.
    line.skip_space();
    const bool has_name = line.peek() == '"' || line.peek() == '\\';
    scan_.pulls_in_files = word != "include" || has_name || kind == TextKind::literal ||
                           dialect_ == SourceDialect::assembly;
  }

  /// Whether the word behind a dot is the assembler's .incbin or .include, or begins as they do.
  static bool may_pull_in(std::string_view word) {
    return word.starts_with("incbin") ||
           std::ranges::any_of(
               kPullingIn, [&](std::string_view directive) { return directive.starts_with(word); });
  }

  /// Whether a directive of which `word` is the beginning goes on behind the end of its literal, in
  /// the next one or in a macro, or in what the assembler puts in place of a parameter.
  [[nodiscard]] bool goes_on_elsewhere(std::size_t at, std::string_view word, TextKind kind) const {
    const std::string_view here = text_.substr(at);
    if (here.starts_with("\\\\") || (kind != TextKind::literal && here.starts_with('\\'))) {
      return true;
    }
    if (kind != TextKind::literal || !here.starts_with('"')) return false;
    LineReader next(text_, at + 1);
    next.skip_space();
    // A directive such as #include "table.inc" ends with its line.
    while (!is_in_directive(at) && next.take('\n')) next.skip_space();
    if (!next.take('"')) return is_identifier(next.peek()) && word.size() >= kTellingBytes;
    const std::string_view rest = text_.substr(next.position());
    return std::ranges::any_of(kPullingIn, [&](std::string_view directive) {
      if (!directive.starts_with(word)) return false;
      const std::string_view missing = directive.substr(word.size());
      const std::string_view literal = rest.substr(0, rest.find('"'));
      return literal.starts_with(missing) || missing.starts_with(literal);
    });
  }

  [[nodiscard]] bool is_in_directive(std::size_t at) const {
    const std::size_t line = text_.rfind('\n', at) + 1;  // npos + 1 is 0
    return trimmed(text_.substr(line, at - line)).starts_with('#');
  }

  /// A line that begins as `import …`, `export import …`, `module …` or `export module …` and goes
  /// on as such a line does. gcc takes `__import` for `import`.
  void read_module(std::size_t at, std::string_view keyword) {
    LineReader line(text_, at);
    if (scan_.uses_modules || line.word() != keyword) return;
    std::size_t begin = at;
    if (keyword == "import" && text_.substr(0, at).ends_with("__")) begin -= 2;
    while (begin > 0 && is_blank(text_[begin - 1])) --begin;
    constexpr std::string_view kExport = "export";
    if (text_.substr(0, begin).ends_with(kExport)) begin -= kExport.size();
    if (!begins_line(text_, begin)) return;
    line.skip_space();
    const char next = line.peek();
    const bool goes_on = next == '<' || next == '"' || next == ':' || next == ';' || next == '\\' ||
                         is_identifier(next);
    scan_.uses_modules = goes_on && kind_at(at) == TextKind::code;
  }

  void read_splice(std::size_t at) {
    const std::size_t end = at + splice_length(text_, at);
    // With a blank or the start of a line on either side, no word goes across.
    const bool joins = end != at && at > 0 && !is_blank(text_[at - 1]) && text_[at - 1] != '\n' &&
                       end < text_.size() && !is_blank(text_[end]);
    has_spliced_words_ = has_spliced_words_ || joins;
  }

  /// Where lines end is not clear with lone carriage returns, and so where comments do.
  TextKind kind_at(std::size_t at) {
    if (dialect_ == SourceDialect::assembly || has_lone_returns_) return TextKind::code;
    return kinds_.at(at);
  }

  std::string_view text_;
  SourceDialect dialect_;
  TextKinds kinds_;
  SourceScan scan_;
  bool has_spliced_words_ = false;
  bool has_trigraph_splices_ = false;
  bool has_lone_returns_ = false;
};

void merge(SourceScan& scan, SourceScan other) {
  std::ranges::move(other.includes, std::back_inserter(scan.includes));
  scan.uses_time = scan.uses_time || other.uses_time;
  scan.pulls_in_files = scan.pulls_in_files || other.pulls_in_files;
  scan.uses_modules = scan.uses_modules || other.uses_modules;
  scan.uses_precompiled = scan.uses_precompiled || other.uses_precompiled;
  scan.asks_for_once = scan.asks_for_once || other.asks_for_once;
}

/// The text with the trigraph for a backslash replaced by one.
std::string without_trigraph(std::string_view text) {
  std::string plain(text);
  for (auto at = plain.find("?\?/"); at != kNpos; at = plain.find("?\?/", at)) {
    plain.replace(at, 3, "\\");
  }
  return plain;
}

}  // namespace

SourceScan scan_source(std::string_view text, SourceDialect dialect) {
  SourceScanner scanner(text, dialect);
  SourceScan scan = scanner.run();
  if (scanner.has_spliced_words()) scan = SourceScanner(without_splices(text), dialect).run();
  // Not every standard has trigraphs, so that what is seen without them counts as well.
  if (scanner.has_trigraph_splices()) merge(scan, scan_source(without_trigraph(text), dialect));
  return scan;
}

}  // namespace larder::compile
