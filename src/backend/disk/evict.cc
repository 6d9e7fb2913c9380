#include "backend/disk/evict.h"

#include "backend/disk/layout.h"
#include "backend/disk/lru.h"
#include "backend/disk/sweep.h"
#include "backend/disk/totals.h"
#include "util/try.h"

#include <optional>
#include <utility>
#include <vector>

namespace larder::disk {
namespace {

// Listing so many takes a few milliseconds; one more shard's worth of a large store takes as long.
constexpr std::uint64_t kMaxExactEntries = 2048;
constexpr double kLowWatermark = 0.9;
// Passes are repeated only where victims were used or replaced between listing and removal, and
// rounds only where others' puts left work: a bound on what one put does for others.
constexpr int kMaxPasses = 8;
constexpr int kMaxRounds = 64;

/// Lists what may be evicted at and under `below`: in one shard, or in all.
Result<LruList> list_victims(const WritableStore& store, const EvictTask& task,
                             std::optional<unsigned> only_shard = {}) {
  LruList list;
  const auto add = [&](const store::NamespacePath& ns, unsigned shard) -> Result<void> {
    if (only_shard.value_or(shard) != shard) return {};
    return list.add_shard(store, {ns, shard}, &task.kept);
  };
  if (store.counters().sum(task.below)) {
    LARDER_CHECK(store.counters().visit(task.below, add));
  } else {
    const auto on_shard = [&](const ShardDir& shard) {
      return add(shard.ns, shard.shard).map([] { return true; });
    };
    LARDER_CHECK(walk_shards(store.dir(), task.below, on_shard));
  }
  list.sort();
  return list;
}

/// Removes the oldest of the list until it occupies at most `max_bytes`.
Result<void> shrink(const WritableStore& store, const LruList& list, std::uint64_t max_bytes) {
  std::uint64_t bytes = list.total().bytes;
  std::optional<Error> first_error;
  std::vector<const LruList::Item*> busy;
  const auto remove = [&](const LruList::Item& item, bool waits) {
    const auto removal = remove_victim(store, list, item, waits);
    if (!removal && !first_error) first_error = removal.error();
    if (removal && *removal == Removal::removed) bytes -= item.bytes;
    if (removal && *removal == Removal::busy) busy.push_back(&item);
  };
  for (const LruList::Item& item : list.items()) {
    if (bytes <= max_bytes) return {};
    remove(item, false);
  }
  // Only now wait for those whose shard was locked: a put that takes long must not hold this up
  // while there is something else to remove.
  const auto waiting = std::exchange(busy, {});
  for (const LruList::Item* item : waiting) {
    if (bytes <= max_bytes) return {};
    remove(*item, true);
  }
  if (bytes > max_bytes && first_error) return fail(*std::move(first_error));
  return {};
}

Result<void> evict_exactly(const WritableStore& store, const EvictTask& task) {
  (void)sweep_temporaries(store, {.now = task.now});  // its failure is clean's to tell
  for (int pass = 0; pass < kMaxPasses; ++pass) {
    LARDER_TRY(const LruList list, list_victims(store, task));
    if (list.total().bytes <= task.max_bytes) return {};
    LARDER_CHECK(shrink(store, list, task.max_bytes));
  }
  return {};
}

Result<void> evict_by_shard(const WritableStore& store, const EvictTask& task) {
  store.own.spread_temporaries();
  for (unsigned turn = 0; turn < 2 * layout::kShards; ++turn) {
    LARDER_TRY(const StoreStats total, total_of(store, task.below));
    if (total.bytes <= task.max_bytes) return {};
    const unsigned shard = store.counters().next_shard();
    (void)sweep_shard(store, shard, {.now = task.now});  // its failure is clean's to tell
    LARDER_TRY(const LruList list, list_victims(store, task, shard));
    const double share = static_cast<double>(list.total().bytes) /
                         static_cast<double>(total.bytes) * static_cast<double>(task.max_bytes);
    LARDER_CHECK(shrink(store, list, static_cast<std::uint64_t>(kLowWatermark * share)));
  }
  return {};
}

Result<void> evict_locked(const WritableStore& store, const EvictTask& task) {
  LARDER_TRY(const StoreStats total, total_of(store, task.below));
  if (total.bytes <= task.max_bytes) return {};
  const bool is_counted = store.counters().sum(task.below).has_value();
  if (is_counted && total.entries > kMaxExactEntries) return evict_by_shard(store, task);
  return evict_exactly(store, task);
}

}  // namespace

Result<void> evict(const WritableStore& store, const EvictTask& task) {
  LARDER_TRY(StoreStats total, total_of(store, task.below));
  if (total.bytes <= task.max_bytes) return {};
  for (int round = 0; round < kMaxRounds; ++round) {
    // Left before the lock is tried: whoever has it looks for requests after giving it up, so this
    // one is seen by one of the two.
    store.counters().post(store.own, {task.below, task.max_bytes});
    LARDER_TRY(std::optional<Lock> lock, store.own.locks().try_take(layout::kEvictLock));
    if (!lock) return {};
    LARDER_CHECK(evict_locked(store, task));
    while (const auto request = store.counters().take_request()) {
      LARDER_CHECK(evict_locked(store, {request->below, request->max_bytes, task.kept, task.now}));
    }
    lock.reset();
    const std::uint64_t before = total.bytes;
    LARDER_TRY(total, total_of(store, task.below));
    const bool is_done = total.bytes <= task.max_bytes || total.bytes >= before;
    if (is_done && !store.counters().has_request()) return {};
  }
  return {};
}

}  // namespace larder::disk
