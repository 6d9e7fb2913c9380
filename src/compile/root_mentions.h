#pragma once

#include "compile/project_root.h"
#include "util/bytes.h"
#include "util/hash.h"

#include <optional>
#include <string_view>
#include <vector>

#include <cstdint>

namespace larder::compile {

/// What one file's content says about the spelling of a project's root. A value that follows from
/// the content, the root, and whether the file is below it.
struct FileMentions {
  bool is_certain = false;  ///< Nothing else is needed for the output to follow from it.
  /// Hashes; that two names have the same makes one result in a thousand hold for one checkout
  /// only. Of a file below the root every name in it, sorted. Of another the macros' definitions:
  /// the macro, how many names it is defined by, and these.
  std::vector<std::uint32_t> names = {};

  friend bool operator==(const FileMentions&, const FileMentions&) = default;
};

/// As bytes, to be remembered; doc/format/state.md.
util::ByteBuffer encode_mentions(const FileMentions& mentions);

/// What was encoded, or nullopt for other bytes.
std::optional<FileMentions> decode_mentions(util::ByteSpan bytes);

/// Tells from what a compile reads whether its output may follow from the spelling of the project's
/// root beside by holding it: `sizeof(__FILE__)` and a hash of `__FILE__` show in no search of the
/// bytes. Finds too much rather than too little: conditionals are not evaluated. One thread at a
/// time.
/// Source: GCC's "The C Preprocessor", 3.7.1 and 3.7.2; clang's "Language Extensions",
/// __builtin_FILE. A macro's __FILE__ is the file of its outermost use.
class RootMentions {
 public:
  /// `maps_macros`: whether options map the root away in __FILE__ and __BASE_FILE__.
  RootMentions(const ProjectRoot& root, bool maps_macros)
      : root_(root), maps_macros_(maps_macros) {}

  /// Whether a file is below the root.
  [[nodiscard]] bool is_inside(std::string_view path) const { return root_.holds(path); }

  /// What the content of a file says.
  [[nodiscard]] FileMentions find(bool is_inside, std::string_view text) const;

  /// What find() follows from beside the content.
  [[nodiscard]] util::Digest purpose(bool is_inside) const;

  /// Takes what find() has given for a file that was read.
  void see(std::string_view path, FileMentions mentions);

  /// Takes what the command line may define macros by.
  void see_argument(std::string_view argument);

  /// Whether the output may follow from it.
  [[nodiscard]] bool may_matter() const;

 private:
  const ProjectRoot& root_;
  bool maps_macros_;
  bool is_certain_ = false;
  std::vector<std::vector<std::uint32_t>> uses_;         // FileMentions::names below the root
  std::vector<std::vector<std::uint32_t>> definitions_;  // and elsewhere.
};

}  // namespace larder::compile
