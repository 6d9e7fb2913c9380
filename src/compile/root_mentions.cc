#include "compile/root_mentions.h"

#include "compile/source_text.h"

#include <algorithm>
#include <functional>
#include <span>

#include <cstring>

namespace larder::compile {
namespace {

constexpr auto kNpos = std::string_view::npos;

std::uint64_t hash_of(std::string_view name) { return std::hash<std::string_view>()(name); }

/// string_view::find looks for the first character again and again.
std::size_t find(std::string_view text, std::string_view what, std::size_t from = 0) {
  if (text.size() <= from) return kNpos;  // and text.data() may be null
  const void* const found =
      ::memmem(text.data() + from, text.size() - from, what.data(), what.size());
  return found == nullptr ? kNpos
                          : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

/// Whether a text holds a word, other than to ask whether the compiler knows it: libstdc++ 14 asks
/// for __builtin_source_location in all its headers, and has longer names with the word in them.
bool uses_word(std::string_view text, std::string_view word) {
  for (std::size_t at = find(text, word); at != kNpos; at = find(text, word, at + word.size())) {
    const std::size_t end = at + word.size();
    const bool is_part =
        (at > 0 && is_identifier(text[at - 1])) || (end < text.size() && is_identifier(text[end]));
    if (!is_part && !text.substr(0, at).ends_with("__has_builtin(")) return true;
  }
  return false;
}

/// Names that say the including file's path wherever they stand, even in a function's default
/// arguments, or which no option maps for certain.
bool names_caller(std::string_view text) {
  return (find(text, "_FILE") != kNpos &&
          (find(text, "__builtin_FILE") != kNpos || find(text, "__BASE_FILE__") != kNpos)) ||
         uses_word(text, "source_location") || uses_word(text, "__builtin_source_location");
}

/// Whether a line splice stands in a name, which then is not seen.
bool has_spliced_names(std::string_view text) {
  if (find(text, "?\?/") != kNpos) return true;
  for (std::size_t at = text.find('\\'); at != kNpos; at = text.find('\\', at + 1)) {
    const std::size_t end = at + splice_length(text, at);
    if (end != at && at > 0 && end < text.size() && is_identifier(text[at - 1]) &&
        is_identifier(text[end])) {
      return true;
    }
  }
  return false;
}

/// Calls `see` with each name or number.
template <typename See>
void for_each_word(std::string_view text, const See& see) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (!is_identifier(text[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < text.size() && is_identifier(text[at])) ++at;
    see(text.substr(begin, at - begin));
  }
}

/// The length of a macro's definition, from behind `define`: to the end of a line that is not
/// spliced and not in a comment. A quote hides what looks like a comment, up to the line's end.
std::size_t definition_length(std::string_view text) {
  char quote = '\0';
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\n') return at;
    if (c == '\\') {
      const std::size_t splice = splice_length(text, at);
      at += splice != 0 ? splice - 1 : 1;
    } else if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (text.substr(at).starts_with("/*")) {
      const std::size_t end = find(text, "*/", at + 2);
      if (end == kNpos) return text.size();
      at = end + 1;
    }
  }
  return text.size();
}

}  // namespace

void RootMentions::see_file(std::string_view path, std::string_view text) {
  const bool is_inside = root_.holds(path);
  // Content that names this checkout; and a neighbour whose name begins as the root's does, which
  // prefix maps take for a part of it.
  const bool is_neighbour = !is_inside && path.starts_with(root_.path());
  is_certain_ = is_certain_ || is_neighbour || find(text, root_.path()) != kNpos ||
                names_caller(text) || (!maps_macros_ && has_spliced_names(text));
  if (is_certain_ || maps_macros_) return;
  if (is_inside) {
    see_uses(text);
  } else {
    see_definitions(text);
  }
}

void RootMentions::see_uses(std::string_view text) {
  for_each_word(text, [this](std::string_view name) { uses_.insert(hash_of(name)); });
}

void RootMentions::see_definitions(std::string_view text) {
  constexpr std::string_view kDefine = "define";
  for (std::size_t at = find(text, kDefine); at != kNpos; at = find(text, kDefine, at)) {
    at += kDefine.size();
    if (at < text.size() && !is_identifier(text[at])) see_definition(text.substr(at));
  }
}

void RootMentions::see_definition(std::string_view text) {
  LineReader line(text, 0);
  line.skip_space();
  Definition found{.macro = hash_of(line.word()), .begin = names_.size()};
  const std::string_view meaning = text.substr(line.position());
  for_each_word(meaning.substr(0, definition_length(meaning)),
                [this](std::string_view name) { names_.push_back(hash_of(name)); });
  found.end = names_.size();
  if (found.end != found.begin) definitions_.push_back(found);
}

bool RootMentions::may_matter() const {
  if (is_certain_ || maps_macros_) return is_certain_;
  std::unordered_set<NameHash> telling = {hash_of("__FILE__")};
  const auto tells = [&](NameHash name) { return telling.contains(name); };
  for (std::size_t before = 0; before != telling.size();) {
    before = telling.size();
    for (const Definition& definition : definitions_) {
      const std::span names =
          std::span(names_).subspan(definition.begin, definition.end - definition.begin);
      if (std::ranges::any_of(names, tells)) telling.insert(definition.macro);
    }
  }
  return std::ranges::any_of(telling, [&](NameHash name) { return uses_.contains(name); });
}

}  // namespace larder::compile
