#include "compile/root_mentions.h"

#include "compile/source_text.h"
#include "util/varint.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <cstddef>
#include <cstring>

namespace larder::compile {
namespace {

constexpr auto kNpos = std::string_view::npos;

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

/// Gathers the macros that a file defines.
class DefinitionWriter {
 public:
  explicit DefinitionWriter(OutsideMentions& mentions) : mentions_(mentions) {}

  /// The definition of a macro that stands behind `define`.
  void add(std::string_view text) {
    LineReader line(text, 0);
    line.skip_space();
    const NameHash macro = hash_of(line.word());
    const std::string_view meaning = text.substr(line.position());
    std::vector<NameHash> names;
    for_each_name(meaning.substr(0, definition_length(meaning)),
                  [&](std::string_view name) { names.push_back(hash_of(name)); });
    if (names.empty()) return;
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    append_place(macro);
    util::append_varint(mentions_.definitions, static_cast<std::uint32_t>(names.size()));
    for (const NameHash name : names) append_place(name);
  }

 private:
  void append_place(NameHash name) {
    const auto place = static_cast<std::uint32_t>(mentions_.names.size());
    const auto [known, is_new] = places_.try_emplace(name, place);
    if (is_new) mentions_.names.push_back(name);
    util::append_varint(mentions_.definitions, known->second);
  }

  OutsideMentions& mentions_;
  std::unordered_map<NameHash, std::uint32_t> places_;  // in mentions_.names
};

void find_definitions(std::string_view text, OutsideMentions& mentions) {
  constexpr std::string_view kDefine = "define";
  DefinitionWriter writer(mentions);
  for (std::size_t at = find(text, kDefine); at != kNpos; at = find(text, kDefine, at)) {
    at += kDefine.size();
    if (at < text.size() && !is_identifier(text[at])) writer.add(text.substr(at));
  }
}

/// Marks each macro that is defined by a marked name; whether that was new.
bool mark_macros(const OutsideMentions& file, std::vector<bool>& tells) {
  bool is_any_new = false;
  util::VarintReader places(file.definitions);
  while (!places.rest().empty()) {
    const std::size_t macro = places.next();
    bool is_marked = false;
    for (std::uint32_t left = places.next(); left > 0 && places.is_sound(); --left) {
      const std::size_t name = places.next();
      is_marked = is_marked || (name < tells.size() && tells[name]);
    }
    if (!is_marked || macro >= tells.size() || tells[macro]) continue;
    tells[macro] = is_any_new = true;
  }
  return is_any_new;
}

/// Adds the macros of a file that lead to names that tell.
void add_telling(const OutsideMentions& file, std::unordered_set<NameHash>& telling) {
  std::vector<bool> tells;
  tells.reserve(file.names.size());
  for (const NameHash name : file.names) tells.push_back(telling.contains(name));
  if (std::ranges::find(tells, true) == tells.end()) return;
  while (mark_macros(file, tells)) {
  }
  for (std::size_t i = 0; i < tells.size(); ++i) {
    if (tells[i]) telling.insert(file.names[i]);
  }
}

}  // namespace

util::ByteBuffer encode_mentions(const OutsideMentions& mentions) {
  util::ByteBuffer bytes;
  util::append(bytes, static_cast<std::uint8_t>(mentions.is_certain));
  util::append_varint(bytes, static_cast<std::uint32_t>(mentions.names.size()));
  util::append(bytes, std::as_bytes(std::span(mentions.names)));
  util::append(bytes, mentions.definitions);
  return bytes;
}

std::optional<OutsideMentions> decode_mentions(util::ByteSpan bytes) {
  if (bytes.empty()) return std::nullopt;
  OutsideMentions mentions{.is_certain = bytes.front() != std::byte{0}};
  util::VarintReader reader(bytes.subspan(1));
  const std::size_t count = reader.next();
  const util::ByteSpan names = reader.take(count * sizeof(NameHash));
  if (!reader.is_sound()) return std::nullopt;
  mentions.names.resize(count);
  std::ranges::copy(names, std::as_writable_bytes(std::span(mentions.names)).begin());
  mentions.definitions.assign(reader.rest().begin(), reader.rest().end());
  return mentions;
}

/// Whether a text lets the output follow from the root whatever macros there are.
bool RootMentions::is_certain(std::string_view text) const {
  return find(text, root_.path()) != kNpos || names_caller(text) ||
         (!maps_macros_ && has_spliced_names(text));
}

OutsideMentions RootMentions::find_outside(std::string_view text) const {
  OutsideMentions mentions{.is_certain = is_certain(text)};
  if (!mentions.is_certain && !maps_macros_) find_definitions(text, mentions);
  return mentions;
}

util::Digest RootMentions::outside_purpose() const {
  util::Blake3 hasher;
  hasher.field("what a file outside says of a root").field(root_.path());
  return hasher.field(std::uint64_t{maps_macros_}).finish();
}

void RootMentions::see_outside(std::string_view path, OutsideMentions mentions) {
  // A neighbour whose name begins as the root's does, which prefix maps take for a part of it.
  const bool is_neighbour = path.starts_with(root_.path());
  is_certain_ = is_certain_ || is_neighbour || mentions.is_certain;
  if (!is_certain_ && !mentions.names.empty()) outside_.push_back(std::move(mentions));
}

void RootMentions::find_telling() {
  if (maps_macros_ || is_certain_) return;
  std::unordered_set<NameHash> telling = {hash_of("__FILE__")};
  for (std::size_t before = 0; before != telling.size();) {
    before = telling.size();
    for (const OutsideMentions& file : outside_) add_telling(file, telling);
  }
  telling_.assign(telling.begin(), telling.end());
  std::ranges::sort(telling_);
}

bool RootMentions::tells(std::string_view text) const {
  return is_certain(text) || uses_telling(text);
}

bool RootMentions::uses_telling(std::string_view text) const {
  if (maps_macros_) return false;
  bool uses = false;
  for_each_name(text, [&](std::string_view name) {
    uses = uses || std::ranges::binary_search(telling_, hash_of(name));
  });
  return uses;
}

util::Digest RootMentions::inside_purpose() const {
  util::Blake3 hasher;
  hasher.field("whether a file below a root tells it").field(root_.path());
  hasher.field(std::uint64_t{maps_macros_});
  return hasher.update(std::as_bytes(std::span(telling_))).finish();
}

}  // namespace larder::compile
