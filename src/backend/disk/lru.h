#pragma once

#include "backend/disk/entry_format.h"
#include "backend/disk/session.h"
#include "backend/disk/walk.h"
#include "store/namespace_path.h"
#include "util/helper.h"
#include <larder/key.h>
#include <larder/result.h>
#include <larder/store.h>

#include <optional>
#include <string>
#include <vector>

#include <cstddef>
#include <cstdint>

namespace larder::disk {

/// Entries that were listed, to be removed in the order of their last use. Some 80 bytes for each.
/// One thread at a time.
class LruList {
 public:
  struct Item {
    Identity identity = {};
    std::uint64_t bytes = 0;
    std::uint64_t key_offset = 0;
    std::uint32_t ns = 0;
    std::uint8_t key_bytes = 0;
  };

  /// Lists every shard at and under `below`, two at a time where the helper has time for it.
  /// Errors: denied, io.
  static Result<LruList> of_all(const WritableStore& store, const store::NamespacePath& below,
                                util::Helper& helper);

  /// Lists one shard, less `kept`, and corrects its account where that was wrong.
  Result<void> add_shard(const WritableStore& store, const ShardDir& shard,
                         const store::Address* kept = nullptr);

  /// Oldest first.
  void sort();

  [[nodiscard]] const std::vector<Item>& items() const noexcept { return items_; }
  [[nodiscard]] const store::NamespacePath& ns_of(const Item& item) const {
    return namespaces_[item.ns];
  }
  [[nodiscard]] Key key_of(const Item& item) const;

  /// What all that was listed occupies, `kept` included.
  [[nodiscard]] const StoreStats& total() const noexcept { return total_; }

 private:
  void add(std::uint32_t ns, const StoredEntry& entry);
  void reserve(std::uint64_t entries);
  void append(const LruList& other);

  std::vector<Item> items_;
  std::vector<std::byte> keys_;
  std::vector<store::NamespacePath> namespaces_;
  StoreStats total_;
};

/// What became of a victim.
enum class Removal {
  removed,
  spared,  ///< It was used, replaced or removed meanwhile.
  busy,    ///< Its shard is locked, and the caller would not wait.
};

/// Removes an entry unless it has been used or replaced since it was listed.
/// Errors: denied, io.
Result<Removal> remove_victim(const WritableStore& store, const LruList& list,
                              const LruList::Item& victim, bool waits);

}  // namespace larder::disk
