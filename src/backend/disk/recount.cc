#include "backend/disk/recount.h"

#include "backend/disk/layout.h"
#include "util/try.h"

#include <set>
#include <utility>

namespace larder::disk {
namespace {

constexpr int kUndisturbedAttempts = 2;

Result<Figures> count_shard(const WritableStore& store, const ShardDir& shard) {
  Figures truth;
  const auto on_entry = [&](const StoredEntry& entry) {
    ++truth.entries;
    truth.bytes += static_cast<std::int64_t>(entry.bytes);
    return true;
  };
  LARDER_CHECK(list_shard(store.dir(), store.format(), shard, on_entry));
  return truth;
}

Recount settle(const Account& account, const Figures& truth, bool repair) {
  const Recount recount = {.counted = account.figures(), .truth = truth};
  if (repair && recount.counted != truth) account.set(truth);
  return recount;
}

}  // namespace

Result<std::optional<Recount>> recount_shard(const WritableStore& store, const ShardDir& shard,
                                             bool repair) {
  const auto take_lock = [&] { return store.own.locks().take(shard.shard, LockMode::exclusive); };
  for (int attempt = 0; attempt < kUndisturbedAttempts; ++attempt) {
    // Taken and given up at once: whoever changes the shard from now on counts in this file, and
    // whoever did before has counted.
    LARDER_TRY(std::optional<Lock> lock, take_lock());
    const Account account = store.counters().open_account(store.own, shard.ns, shard.shard);
    if (!account) return std::optional<Recount>();
    const std::uint64_t generation = account.generation();
    lock.reset();
    LARDER_TRY(const Figures truth, count_shard(store, shard));
    LARDER_TRY(lock, take_lock());
    if (account.generation() == generation) return std::optional(settle(account, truth, repair));
  }
  LARDER_TRY(const Lock lock, take_lock());
  const Account account = store.counters().open_account(store.own, shard.ns, shard.shard);
  if (!account) return std::optional<Recount>();
  LARDER_TRY(const Figures truth, count_shard(store, shard));
  return std::optional(settle(account, truth, repair));
}

Result<void> correct_shard(const WritableStore& store, const ShardDir& shard,
                           const Figures& truth) {
  const Account account = store.counters().find_account(shard.ns, shard.shard);
  if (!account || account.figures() == truth) return {};
  return recount_shard(store, shard, true).map([](const auto&) {});
}

Result<void> rebuild_counts(const WritableStore& store) {
  LARDER_TRY(const Lock lock, store.own.locks().take(layout::kRecountLock, LockMode::exclusive));
  if (store.counters().sum({})) return {};  // whoever had the lock did it
  // An account of any shard brings the file with it.
  (void)store.counters().open_account(store.own, {}, 0);
  const auto file = store.counters().file();
  if (file == nullptr || !file->is_writable()) {
    return fail(ErrorCode::unavailable, "count the store: it has no counters");
  }
  file->header().coverage = CounterCoverage::counting;
  std::set<std::pair<std::string, unsigned>> counted;
  const auto on_shard = [&](const ShardDir& shard) -> Result<bool> {
    LARDER_CHECK(recount_shard(store, shard, true));
    counted.emplace(shard.ns.text(), shard.shard);
    return true;
  };
  LARDER_CHECK(walk_shards(store.dir(), {}, on_shard));
  const auto on_counted = [&](const store::NamespacePath& ns, unsigned shard) -> Result<void> {
    if (counted.contains({ns.text(), shard})) return {};
    return correct_shard(store, {ns, shard}, {});
  };
  LARDER_CHECK(store.counters().visit({}, on_counted));
  // Unless a change went uncounted meanwhile, which set it back.
  std::uint32_t counting = CounterCoverage::counting;
  (void)file->header().coverage.compare_exchange_strong(counting, CounterCoverage::complete);
  return {};
}

}  // namespace larder::disk
