#include "backend/disk/lru.h"

#include "backend/disk/layout.h"
#include "backend/disk/publish.h"
#include "backend/disk/recount.h"
#include "util/assert.h"
#include "util/both_ends.h"
#include "util/mutex.h"
#include "util/try.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

namespace larder::disk {
namespace {

/// Counted numbers are not relied on.
constexpr std::uint64_t kMaxReserved = std::uint64_t{1} << 22;
/// The keys of compiles have as many.
constexpr std::size_t kUsualKeyBytes = 32;

}  // namespace

Result<LruList> LruList::of_all(const WritableStore& store, const store::NamespacePath& below,
                                util::Helper& helper) {
  std::vector<std::pair<store::NamespacePath, unsigned>> shards;
  const auto on_shard = [&](const ShardDir& shard) -> Result<bool> {
    shards.emplace_back(shard.ns, shard.shard);
    return true;
  };
  LARDER_CHECK(walk_shards(store.dir(), below, on_shard));
  LruList all;
  if (const auto counted = store.counters().sum(below)) all.reserve(counted->entries);
  util::Mutex mutex;
  std::optional<Error> error;  // one of them
  util::from_both_ends(helper, shards.size(), 1, [&](std::size_t i) {
    LruList one;
    auto listed = one.add_shard(store, {shards[i].first, shards[i].second});
    const util::MutexLock lock(mutex);
    if (listed) {
      all.append(one);
    } else {
      error = std::move(listed).error();
    }
  });
  if (error) return fail(*std::move(error));
  return all;
}

Result<void> LruList::add_shard(const WritableStore& store, const ShardDir& shard,
                                const store::Address* kept) {
  if (namespaces_.empty() || namespaces_.back() != shard.ns) namespaces_.push_back(shard.ns);
  const auto ns = static_cast<std::uint32_t>(namespaces_.size() - 1);
  const bool has_kept = kept != nullptr && kept->ns == shard.ns;
  Figures truth;
  const auto on_entry = [&](const StoredEntry& entry) {
    ++truth.entries;
    truth.bytes += static_cast<std::int64_t>(entry.bytes);
    if (!has_kept || entry.key != kept->key) add(ns, entry);
    return true;
  };
  LARDER_CHECK(list_shard(store.dir(), store.format(), shard, on_entry));
  total_.entries += static_cast<std::uint64_t>(truth.entries);
  total_.bytes += static_cast<std::uint64_t>(truth.bytes);
  return correct_shard(store, shard, truth);
}

void LruList::add(std::uint32_t ns, const StoredEntry& entry) {
  const auto key = entry.key.bytes();
  items_.push_back({.identity = entry.identity,
                    .bytes = entry.bytes,
                    .key_offset = keys_.size(),
                    .ns = ns,
                    .key_bytes = static_cast<std::uint8_t>(key.size())});
  keys_.insert(keys_.end(), key.begin(), key.end());
}

/// What grows is copied by turns of two threads, and each keeps the memory that it has freed.
void LruList::reserve(std::uint64_t entries) {
  const auto reserved = static_cast<std::size_t>(std::min(entries, kMaxReserved));
  items_.reserve(reserved);
  keys_.reserve(reserved * kUsualKeyBytes);
}

void LruList::append(const LruList& other) {
  const std::size_t keys = keys_.size();
  const auto namespaces = static_cast<std::uint32_t>(namespaces_.size());
  for (Item item : other.items_) {
    item.key_offset += keys;
    item.ns += namespaces;
    items_.push_back(item);
  }
  keys_.insert(keys_.end(), other.keys_.begin(), other.keys_.end());
  namespaces_.insert(namespaces_.end(), other.namespaces_.begin(), other.namespaces_.end());
  total_.entries += other.total_.entries;
  total_.bytes += other.total_.bytes;
}

void LruList::sort() {
  std::ranges::sort(items_, {}, [](const Item& item) { return item.identity.last_use_ns; });
}

Key LruList::key_of(const Item& item) const {
  auto key = Key::from_bytes(std::span(keys_).subspan(item.key_offset, item.key_bytes));
  LARDER_ASSERT(key.has_value());
  return *std::move(key);
}

Result<Removal> remove_victim(const WritableStore& store, const LruList& list,
                              const LruList::Item& victim, bool waits) {
  const Key key = list.key_of(victim);
  const unsigned shard = layout::shard_of(key);
  std::optional<Lock> lock;
  if (waits) {
    LARDER_TRY(lock, store.own.locks().take(shard, LockMode::exclusive));
  } else {
    LARDER_TRY(lock, store.own.locks().try_take(shard));
  }
  if (!lock) return Removal::busy;
  const auto is_unchanged = [&](const Identity& now) { return now == victim.identity; };
  LARDER_TRY(const auto removed, remove_entry(store, {list.ns_of(victim), key}, is_unchanged));
  return removed ? Removal::removed : Removal::spared;
}

}  // namespace larder::disk
