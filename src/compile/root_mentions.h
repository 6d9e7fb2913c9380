#pragma once

#include "compile/project_root.h"

#include <string_view>
#include <unordered_set>
#include <vector>

#include <cstddef>
#include <cstdint>

namespace larder::compile {

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

  /// Takes one file that was read, by the path that the compiler knows it by.
  void see_file(std::string_view path, std::string_view text);

  /// Takes what the command line may define macros by.
  void see_argument(std::string_view argument) { see_uses(argument); }

  /// Whether the output may follow from it.
  [[nodiscard]] bool may_matter() const;

 private:
  using NameHash = std::uint64_t;

  /// A macro's definition outside the root: names_[begin, end) stand in it.
  struct Definition {
    NameHash macro = 0;
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  void see_uses(std::string_view text);
  void see_definitions(std::string_view text);
  void see_definition(std::string_view text);

  const ProjectRoot& root_;
  bool maps_macros_;
  bool is_certain_ = false;
  std::unordered_set<NameHash> uses_;  // Every name in files below the root.
  std::vector<Definition> definitions_;
  std::vector<NameHash> names_;
};

}  // namespace larder::compile
