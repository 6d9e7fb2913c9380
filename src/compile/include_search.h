#pragma once

#include "compile/candidates.h"
#include "compile/source_scan.h"
#include "util/string_map.h"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <cstddef>

namespace larder::compile {

/// What an include looks for.
struct Search {
  std::string_view name;
  IncludeSpelling::Use use = IncludeSpelling::Use::include;
  bool is_quoted = false;
  bool wants_precompiled = false;  ///< A precompiled form of it may be read instead.
  bool is_optional = false;        ///< Read if it is there, and else not missed.

  friend bool operator==(const Search&, const Search&) = default;
};

/// A search, from an includer's directory if that matters.
struct SearchFrom {
  Search search;
  std::string_view directory;

  friend bool operator==(const SearchFrom&, const SearchFrom&) = default;
};

/// Not noexcept, for what util::StringHash says.
struct SearchHash {
  std::size_t operator()(const Search& search) const {
    const auto kind = static_cast<std::size_t>(search.use) * 4 + std::size_t{search.is_quoted} * 2 +
                      std::size_t{search.wants_precompiled};
    return util::StringHash()(search.name) + kind;
  }
  std::size_t operator()(const SearchFrom& from) const {
    return (*this)(from.search) * 31 + util::StringHash()(from.directory);
  }
};

/// Directories that are searched in order, and what is known of those below them that names lead
/// into: most names share their few.
class SearchDirectories {
 public:
  explicit SearchDirectories(std::vector<std::string> paths) : paths_(std::move(paths)) {}

  [[nodiscard]] std::size_t count() const { return paths_.size(); }
  [[nodiscard]] const std::vector<std::string>& paths() const { return paths_; }

  /// Where a name of this directory part leads, for each directory: null until it is asked for.
  /// Keeps a view of the part.
  std::span<Candidates::Directory*> places(std::string_view part) {
    return places_.try_emplace(part, paths_.size()).first->second;
  }

 private:
  std::vector<std::string> paths_;
  util::ViewMap<std::vector<Candidates::Directory*>> places_;
};

}  // namespace larder::compile
