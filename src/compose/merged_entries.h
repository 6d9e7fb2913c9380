#pragma once

#include "compose/counted_tier.h"
#include "compose/failures.h"
#include "store/namespace_path.h"
#include <larder/key.h>
#include <larder/store.h>

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <chrono>
#include <cstdint>

namespace larder::compose {

/// The entries of several tiers, each once: of the size that it has in the first of them, last used
/// when it was last used in any. Some 200 bytes for each. One thread at a time.
class MergedEntries {
 public:
  /// Walks each tier at and under `below`; `failures` tell which could not be walked.
  MergedEntries(std::span<CountedTier* const> tiers, const store::NamespacePath& below);

  [[nodiscard]] const Failures& failures() const noexcept { return failures_; }
  [[nodiscard]] const StoreStats& total() const noexcept { return total_; }

  /// The least recently used first.
  [[nodiscard]] std::vector<EntryInfo> by_last_use() const;

 private:
  using Place = std::pair<std::string, Key>;  // EntryInfo::ns and key

  struct Item {
    std::uint64_t bytes = 0;
    std::chrono::system_clock::time_point last_use = {};
  };

  void add(const EntryInfo& info);

  std::map<Place, Item> items_;
  StoreStats total_;
  Failures failures_;
};

/// Whether an entry last used at `last_use` has gone unused longer than `max_age`.
bool is_unused_longer(std::chrono::system_clock::time_point last_use,
                      std::chrono::system_clock::time_point now, std::chrono::seconds max_age);

}  // namespace larder::compose
