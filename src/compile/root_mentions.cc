#include "compile/root_mentions.h"

#include "compile/source_text.h"

#include <algorithm>
#include <span>
#include <unordered_set>
#include <utility>

#include <cstddef>
#include <cstring>

namespace larder::compile {
namespace {

constexpr auto kNpos = std::string_view::npos;

using NameHash = std::uint32_t;

NameHash hash_of(std::string_view name) {
  return static_cast<NameHash>(util::xxh3_64(util::as_bytes(name)));
}

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

/// Calls `see` with each name.
template <typename See>
void for_each_name(std::string_view text, const See& see) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (!is_identifier(text[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < text.size() && is_identifier(text[at])) ++at;
    const bool is_number = text[begin] >= '0' && text[begin] <= '9';
    if (!is_number) see(text.substr(begin, at - begin));
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

/// Every name in a text, sorted.
std::vector<NameHash> uses_in(std::string_view text) {
  std::vector<NameHash> names;
  for_each_name(text, [&](std::string_view name) { names.push_back(hash_of(name)); });
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

/// The definition of a macro that stands behind `define`.
void add_definition(std::string_view text, std::vector<NameHash>& names) {
  LineReader line(text, 0);
  line.skip_space();
  const std::size_t begin = names.size();
  names.push_back(hash_of(line.word()));
  names.push_back(0);
  const std::string_view meaning = text.substr(line.position());
  for_each_name(meaning.substr(0, definition_length(meaning)),
                [&](std::string_view name) { names.push_back(hash_of(name)); });
  names[begin + 1] = static_cast<NameHash>(names.size() - begin - 2);
  if (names[begin + 1] == 0) names.resize(begin);
}

std::vector<NameHash> definitions_in(std::string_view text) {
  constexpr std::string_view kDefine = "define";
  std::vector<NameHash> names;
  for (std::size_t at = find(text, kDefine); at != kNpos; at = find(text, kDefine, at)) {
    at += kDefine.size();
    if (at < text.size() && !is_identifier(text[at])) add_definition(text.substr(at), names);
  }
  return names;
}

/// Calls `see` with each macro that a file defines and the names that it is defined by.
template <typename See>
void for_each_definition(std::span<const NameHash> names, const See& see) {
  while (names.size() >= 2 && names[1] <= names.size() - 2) {
    see(names[0], names.subspan(2, names[1]));
    names = names.subspan(2 + names[1]);
  }
}

}  // namespace

util::ByteBuffer encode_mentions(const FileMentions& mentions) {
  util::ByteBuffer bytes;
  util::append(bytes, static_cast<std::uint8_t>(mentions.is_certain));
  util::append(bytes, std::as_bytes(std::span(mentions.names)));
  return bytes;
}

std::optional<FileMentions> decode_mentions(util::ByteSpan bytes) {
  if (bytes.size() % sizeof(NameHash) != 1) return std::nullopt;
  FileMentions mentions{.is_certain = bytes.front() != std::byte{0}};
  mentions.names.resize(bytes.size() / sizeof(NameHash));
  std::ranges::copy(bytes.subspan(1), std::as_writable_bytes(std::span(mentions.names)).begin());
  return mentions;
}

FileMentions RootMentions::find(bool is_inside, std::string_view text) const {
  FileMentions mentions;
  mentions.is_certain = compile::find(text, root_.path()) != kNpos || names_caller(text) ||
                        (!maps_macros_ && has_spliced_names(text));
  if (mentions.is_certain || maps_macros_) return mentions;
  mentions.names = is_inside ? uses_in(text) : definitions_in(text);
  return mentions;
}

util::Digest RootMentions::purpose(bool is_inside) const {
  util::Blake3 hasher;
  hasher.field("mentions of a root").field(root_.path());
  hasher.field(std::uint64_t{maps_macros_}).field(std::uint64_t{is_inside});
  return hasher.finish();
}

void RootMentions::see(std::string_view path, FileMentions mentions) {
  const bool is_inside = this->is_inside(path);
  // A neighbour whose name begins as the root's does, which prefix maps take for a part of it.
  const bool is_neighbour = !is_inside && path.starts_with(root_.path());
  is_certain_ = is_certain_ || is_neighbour || mentions.is_certain;
  if (is_certain_ || mentions.names.empty()) return;
  (is_inside ? uses_ : definitions_).push_back(std::move(mentions.names));
}

void RootMentions::see_argument(std::string_view argument) { uses_.push_back(uses_in(argument)); }

bool RootMentions::may_matter() const {
  if (is_certain_ || maps_macros_) return is_certain_;
  std::unordered_set<NameHash> telling = {hash_of("__FILE__")};
  const auto tells = [&](NameHash name) { return telling.contains(name); };
  for (std::size_t before = 0; before != telling.size();) {
    before = telling.size();
    for (const std::vector<NameHash>& file : definitions_) {
      for_each_definition(file, [&](NameHash macro, std::span<const NameHash> names) {
        if (std::ranges::any_of(names, tells)) telling.insert(macro);
      });
    }
  }
  return std::ranges::any_of(uses_, [&](const std::vector<NameHash>& file) {
    return std::ranges::any_of(
        telling, [&](NameHash name) { return std::ranges::binary_search(file, name); });
  });
}

}  // namespace larder::compile
