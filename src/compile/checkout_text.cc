#include "compile/checkout_text.h"

#include <algorithm>
#include <array>
#include <vector>

#include <cctype>
#include <cstddef>

namespace larder::compile {
namespace {

constexpr auto kNpos = std::string_view::npos;

/// Whether a path may go on with this character.
bool continues_path(char c) {
  constexpr std::string_view kOthers = "._-+@%~=$#&!^*";
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || byte >= 0x80 || kOthers.find(c) != kNpos;
}

/// Whether the text ends with what switches a terminal's colours, as both compilers write it.
bool ends_with_colour_switch(std::string_view text) {
  if (!text.ends_with('m') && !text.ends_with('K')) return false;
  const std::size_t escape = text.rfind('\x1b');
  if (escape == kNpos || text.substr(escape + 1, 1) != "[") return false;
  const std::string_view codes = text.substr(escape + 2, text.size() - escape - 3);
  return codes.find_first_not_of("0123456789;") == kNpos;
}

// Quotation marks of UTF-8 locales.
constexpr std::array<std::string_view, 2> kOpening = {"\xe2\x80\x98", "\xe2\x80\x9c"};
constexpr std::array<std::string_view, 2> kClosing = {"\xe2\x80\x99", "\xe2\x80\x9d"};

/// Whether a path can begin behind this text.
bool ends_before_path(std::string_view text) {
  if (text.empty() || ends_with_colour_switch(text)) return true;
  if (text.ends_with('/')) return false;
  return !continues_path(text.back()) ||
         std::ranges::any_of(kOpening, [&](std::string_view mark) { return text.ends_with(mark); });
}

/// Whether a directory's name can end before this text.
bool begins_behind_name(std::string_view text) {
  return text.empty() || !continues_path(text.front()) ||
         std::ranges::any_of(kClosing,
                             [&](std::string_view mark) { return text.starts_with(mark); });
}

/// One line of a depfile: "target target: name name".
struct Rule {
  std::vector<std::string> targets;  // The last one without its colon.
  std::vector<std::string> names;
};

/// The words of a depfile's line from `text`'s beginning, which is taken off. Lines are continued
/// by a backslash. None for a quoted name.
std::optional<std::vector<std::string>> take_line(std::string_view& text) {
  std::vector<std::string> words(1);
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '\n') break;
    if (c == '$' || c == '#' || c == '\t' || c == '\r') return std::nullopt;
    if (c == '\\') {
      if (!text.starts_with('\n')) return std::nullopt;
      text.remove_prefix(1);
    } else if (c != ' ') {
      words.back().push_back(c);
      continue;
    }
    if (!words.back().empty()) words.emplace_back();
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

std::optional<Rule> rule_of(std::vector<std::string> words) {
  const auto last =
      std::ranges::find_if(words, [](const std::string& w) { return w.ends_with(':'); });
  if (last == words.end()) return std::nullopt;
  last->pop_back();
  Rule rule;
  rule.targets.assign(words.begin(), last + 1);
  rule.names.assign(last + 1, words.end());
  return rule;
}

/// Writes rules as gcc does: a name that would go beyond column 72 begins a line.
std::string written_by_gcc(const Rule& rule) {
  constexpr std::size_t kColumns = 72;
  std::string text;
  std::size_t column = 0;
  const auto write = [&](const std::string& name) {
    const bool is_first = column == 0;
    if (!is_first && column + name.size() > kColumns) {
      text += " \\\n";
      column = 0;
    }
    if (!is_first) {
      text.push_back(' ');
      ++column;
    }
    text += name;
    column += name.size();
  };
  for (const std::string& target : rule.targets) write(target);
  text.push_back(':');
  ++column;
  for (const std::string& name : rule.names) write(name);
  return text + "\n";
}

/// And as clang does: beyond column 75, leaving room for the backslash.
std::string written_by_clang(const Rule& rule) {
  constexpr std::size_t kColumns = 75;
  constexpr std::size_t kBackslash = 2;
  std::string text;
  std::size_t column = 0;
  for (const std::string& target : rule.targets) {
    if (column == 0) {
      column = target.size();
    } else if (column + target.size() + kBackslash > kColumns) {
      text += " \\\n  ";
      column = target.size() + 2;
    } else {
      text.push_back(' ');
      column += target.size() + 1;
    }
    text += target;
  }
  text.push_back(':');
  ++column;
  for (const std::string& name : rule.names) {
    if (column + name.size() + 1 + kBackslash > kColumns) {
      text += " \\\n ";
      column = 2;
    }
    text.push_back(' ');
    text += name;
    column += name.size() + 1;
  }
  return text + "\n";
}

/// Replaces a root that a name begins with; false where it stands elsewhere in it.
bool move_name(std::string& name, std::string_view from, std::string_view to) {
  const std::size_t at = name.find(from);
  if (at == kNpos) return true;
  const bool is_whole = at == 0 && (name.size() == from.size() || name[from.size()] == '/');
  if (!is_whole || name.find(from, at + from.size()) != kNpos) return false;
  name.replace(0, from.size(), to);
  return true;
}

bool move_names(Rule& rule, std::string_view from, std::string_view to) {
  const auto move = [&](std::string& name) { return move_name(name, from, to); };
  return std::ranges::all_of(rule.targets, move) && std::ranges::all_of(rule.names, move);
}

}  // namespace

std::optional<std::string> diagnostics_in_checkout(std::string_view text, std::string_view from,
                                                   std::string_view to) {
  std::string moved;
  for (std::size_t at = text.find(from); at != kNpos; at = text.find(from)) {
    const std::string_view rest = text.substr(at + from.size());
    if (!begins_behind_name(rest)) return std::nullopt;
    moved += text.substr(0, at);
    if (!ends_before_path(text.substr(0, at)) || (at == 0 && !moved.empty())) return std::nullopt;
    moved += to;
    text = rest;
  }
  return moved.append(text);
}

std::optional<std::string> depfile_in_checkout(std::string_view text, CompilerKind kind,
                                               std::string_view from, std::string_view to) {
  std::string own;
  std::string moved;
  const auto written = [kind](const Rule& rule) {
    return kind == CompilerKind::gcc ? written_by_gcc(rule) : written_by_clang(rule);
  };
  std::string_view rest = text;
  while (!rest.empty()) {
    auto words = take_line(rest);
    if (!words) return std::nullopt;
    if (words->empty()) {  // between the rules
      own.push_back('\n');
      moved.push_back('\n');
      continue;
    }
    auto rule = rule_of(*std::move(words));
    if (!rule) return std::nullopt;
    own += written(*rule);
    if (!move_names(*rule, from, to)) return std::nullopt;
    moved += written(*rule);
  }
  if (own != text) return std::nullopt;
  return moved;
}

}  // namespace larder::compile
