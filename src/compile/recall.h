#pragma once

#include "compile/explain.h"
#include "compile/history.h"
#include <larder/result.h>
#include <larder/store.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <cstddef>
#include <cstdint>

namespace larder::compile {

/// When manifests were last used, by key in hex, in milliseconds since the epoch. A hit, which
/// leaves no record, shows there.
using LastUses = std::unordered_map<std::string, std::int64_t>;

/// The last use of every manifest in the store. Walks them all: one `stat` for each.
Result<LastUses> last_uses(Store& root);

/// A path in a directory with "." and ".." resolved by their names: what paths are compared by.
std::string whole_path(std::string_view directory, std::string_view path);

/// Whether a record is of this source or object, a whole path. What was passed through
/// has only its arguments: they are searched for sources and for -o.
bool is_about(const HistoryRecord& record, const std::string& path);

/// Finds what misses are best compared with, in one walk from the newest record to the oldest: of
/// the compiles that have most in common, the one that was last compiled or hit before.
/// One thread at a time.
class PrecedentSearch {
 public:
  /// `uses` must outlive it.
  explicit PrecedentSearch(const LastUses& uses) : uses_(uses) {}

  /// Begins to look for the precedent of a record; gives the number that it is asked for by.
  std::size_t add(const HistoryRecord& record);

  /// Looks at a record that is older than those added.
  void see(const HistoryRecord& older);

  [[nodiscard]] const std::optional<Precedent>& found(std::size_t number) const {
    return wanted_[number].best;
  }

 private:
  struct Wanted {
    std::int64_t time_ms = 0;
    std::int64_t used_ms = 0;  // when `best` was last used, before time_ms
    std::optional<Precedent> best = {};
  };
  // By relation: what records have in common, and whose precedent it makes them.
  using Keys = std::array<std::string, 4>;

  static Keys keys_of(const HistoryRecord& record);
  [[nodiscard]] std::int64_t last_used(const HistoryRecord& record, std::int64_t until_ms) const;
  void offer(Wanted& wanted, Precedent::Relation relation, const HistoryRecord& older);

  const LastUses& uses_;
  std::vector<Wanted> wanted_;
  std::array<std::unordered_multimap<std::string, std::size_t>, 4> by_key_;
};

/// What the history says of one source or object.
struct Recollection {
  HistoryRecord last;  ///< Its last compile that was no hit.
  std::optional<Precedent> precedent = {};
  std::optional<std::int64_t> hit_ms = {};  ///< A later hit's time, since the epoch.
};

/// Finds the last compile of a source or object, a whole path, that was no hit. A run that does not
/// compile, such as -E, is taken only where there is no other. Reads the whole history once.
/// Errors: denied, io.
Result<std::optional<Recollection>> recall(const std::string& history, const std::string& path,
                                           const LastUses& uses);

}  // namespace larder::compile
