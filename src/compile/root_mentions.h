#pragma once

#include "compile/project_root.h"
#include "util/bytes.h"
#include "util/hash.h"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <cstdint>

namespace larder::compile {

/// A name, by 32 bits of a hash. That two have the same makes one result in some thousands hold for
/// one checkout only.
using NameHash = std::uint32_t;

/// What the content of a file outside a project's root says of the root's spelling.
struct OutsideMentions {
  bool is_certain = false;  ///< Nothing else is needed for the output to follow from it.
  /// The names in its macros' definitions, each once.
  std::vector<NameHash> names = {};
  /// The definitions, in varints: the macro, how many names it is defined by, and these, all as
  /// places in `names`.
  util::ByteBuffer definitions = {};

  friend bool operator==(const OutsideMentions&, const OutsideMentions&) = default;
};

/// As bytes, to be remembered; doc/format/state.md.
util::ByteBuffer encode_mentions(const OutsideMentions& mentions);

/// What was encoded, or nullopt for other bytes.
std::optional<OutsideMentions> decode_mentions(util::ByteSpan bytes);

/// Tells from what a compile reads whether its output may follow from the spelling of the project's
/// root beside by holding it: `sizeof(__FILE__)` and a hash of `__FILE__` show in no search of the
/// bytes. First what is outside the root is seen, then what is below it is asked for the macros
/// that lead to `__FILE__` there. Finds too much rather than too little: conditionals are not
/// evaluated. One thread at a time.
/// Source: GCC's "The C Preprocessor", 3.7.1 and 3.7.2; clang's "Language Extensions",
/// __builtin_FILE. A macro's __FILE__ is the file of its outermost use.
class RootMentions {
 public:
  /// `maps_macros`: whether options map the root away in __FILE__ and __BASE_FILE__.
  RootMentions(const ProjectRoot& root, bool maps_macros)
      : root_(root), maps_macros_(maps_macros) {}

  /// Whether a file is below the root.
  [[nodiscard]] bool is_inside(std::string_view path) const { return root_.holds(path); }

  /// What the content of a file outside the root says, which follows from it and from
  /// outside_purpose().
  [[nodiscard]] OutsideMentions find_outside(std::string_view text) const;
  [[nodiscard]] util::Digest outside_purpose() const;

  /// Takes what has been found in a file outside.
  void see_outside(std::string_view path, OutsideMentions mentions);

  /// To be called when all outside has been seen: finds the names that tell the root where they are
  /// used below it.
  void find_telling();

  /// Whether the output may follow from what was seen outside.
  [[nodiscard]] bool is_certain() const { return is_certain_; }

  /// Whether the content of a file below the root lets the output follow from the root, which
  /// follows from the content and inside_purpose().
  [[nodiscard]] bool tells(std::string_view text) const;
  [[nodiscard]] util::Digest inside_purpose() const;

  /// Whether a text, such as an argument that may define macros, holds a name that tells.
  [[nodiscard]] bool uses_telling(std::string_view text) const;

 private:
  [[nodiscard]] bool is_certain(std::string_view text) const;

  const ProjectRoot& root_;
  bool maps_macros_;
  bool is_certain_ = false;
  std::vector<OutsideMentions> outside_;  // with definitions
  std::vector<NameHash> telling_;         // sorted
};

}  // namespace larder::compile
