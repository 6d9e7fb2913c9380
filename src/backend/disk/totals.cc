#include "backend/disk/totals.h"

#include "backend/disk/recount.h"
#include "backend/disk/walk.h"
#include "util/try.h"

namespace larder::disk {

Result<StoreStats> total_of(const WritableStore& store, const store::NamespacePath& below) {
  if (const auto total = store.counters().sum(below)) return *total;
  // Where it cannot be rebuilt, on a full disk perhaps, the walk below still tells.
  if (rebuild_counts(store)) {
    if (const auto total = store.counters().sum(below)) return *total;
  }
  return walk_total(*store.open, below);
}

Result<StoreStats> walk_total(const OpenStore& store, const store::NamespacePath& below) {
  StoreStats total;
  const auto on_entry = [&](const StoredEntry& entry) {
    ++total.entries;
    total.bytes += entry.bytes;
    return true;
  };
  const auto on_shard = [&](const ShardDir& shard) {
    return list_shard(store.dir, *store.format, shard, on_entry);
  };
  LARDER_CHECK(walk_shards(store.dir, below, on_shard));
  return total;
}

}  // namespace larder::disk
