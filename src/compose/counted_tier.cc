#include "compose/counted_tier.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace larder::compose {
namespace {

using std::chrono::steady_clock;

std::chrono::microseconds time_since(steady_clock::time_point begin) {
  return std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - begin);
}

}  // namespace

CountedTier::CountedTier(Tier tier) : tier_(std::move(tier)) { stats_.name = tier_.name; }

TierStats CountedTier::stats() const {
  const util::MutexLock lock(mutex_);
  return stats_;
}

/// Runs a lookup. `bytes_found` gives the length of what its value holds, nullopt for a miss.
template <typename Call, typename BytesOf>
std::invoke_result_t<Call> CountedTier::look(const Call& call, const BytesOf& bytes_found) {
  const auto begin = steady_clock::now();
  auto result = run(call);
  const auto time = time_since(begin);
  const std::optional<std::uint64_t> bytes = result ? bytes_found(*result) : std::nullopt;
  const util::MutexLock lock(mutex_);
  stats_.time_reading += time;
  if (result) ++(bytes ? stats_.hits : stats_.misses);
  stats_.bytes_read += bytes.value_or(0);
  return result;
}

/// Runs a put, which `counter` counts, and keeps the tier's limit.
template <typename Call>
Result<void> CountedTier::store(const store::Address& address, std::uint64_t TierStats::*counter,
                                const Call& call) {
  const auto begin = steady_clock::now();
  auto result = run(call);
  if (result && tier_.max_bytes) {
    // The entry is stored; what could not be evicted now is evicted after a later put.
    (void)tier_.backend->evict({}, *tier_.max_bytes, address);
  }
  const auto time = time_since(begin);
  const util::MutexLock lock(mutex_);
  stats_.time_writing += time;
  if (result) ++(stats_.*counter);
  return result;
}

Result<store::Found> CountedTier::find(const store::Address& address, const Name& name) {
  return look([&] { return tier_.backend->find(address, name); },
              [](const store::Found& found) -> std::optional<std::uint64_t> {
                if (!found.has_entry) return std::nullopt;
                return found.blob ? found.blob->size() : 0;
              });
}

Result<std::optional<Entry>> CountedTier::get_entry(const store::Address& address) {
  return look([&] { return tier_.backend->get_entry(address); },
              [](const std::optional<Entry>& entry) -> std::optional<std::uint64_t> {
                if (!entry) return std::nullopt;
                std::uint64_t bytes = 0;
                for (const Entry::Item& item : entry->blobs) bytes += item.blob.size();
                return bytes;
              });
}

Result<PackPtr> CountedTier::get_pack(const store::Address& address) {
  return look([&] { return tier_.backend->get_pack(address); },
              [](const PackPtr& pack) -> std::optional<std::uint64_t> {
                if (pack == nullptr) return std::nullopt;
                return pack->size();
              });
}

Result<bool> CountedTier::has(const store::Address& address) {
  return look([&] { return tier_.backend->has(address); },
              [](bool has) { return has ? std::optional<std::uint64_t>(0) : std::nullopt; });
}

Result<void> CountedTier::put(const store::Address& address, const NamedSource& blob,
                              std::uint64_t max_entry_bytes) {
  return store(address, &TierStats::puts,
               [&] { return tier_.backend->put(address, blob, bound(max_entry_bytes)); });
}

Result<void> CountedTier::put_entry(const store::Address& address,
                                    std::span<const NamedSource> blobs,
                                    std::uint64_t max_entry_bytes) {
  return store(address, &TierStats::puts,
               [&] { return tier_.backend->put_entry(address, blobs, bound(max_entry_bytes)); });
}

Result<void> CountedTier::put_pack(const store::Address& address, const PackPtr& pack,
                                   std::uint64_t max_entry_bytes) {
  return store_pack(address, pack, &TierStats::puts, max_entry_bytes);
}

Result<void> CountedTier::backfill(const store::Address& address, const PackPtr& pack) {
  return store_pack(address, pack, &TierStats::backfills,
                    std::numeric_limits<std::uint64_t>::max());
}

Result<void> CountedTier::store_pack(const store::Address& address, const PackPtr& pack,
                                     std::uint64_t TierStats::*counter,
                                     std::uint64_t max_entry_bytes) {
  auto stored = store(address, counter, [&] {
    return tier_.backend->put_pack(address, pack, bound(max_entry_bytes));
  });
  if (!stored) return stored;
  const util::MutexLock lock(mutex_);
  stats_.bytes_written += pack->size();
  return stored;
}

Result<void> CountedTier::remove(const store::Address& address) {
  return run([&] { return tier_.backend->remove(address); });
}

void CountedTier::discard_corrupt(const store::Address& address) {
  // What cannot be removed now is found corrupt again.
  if (is_writable()) (void)tier_.backend->remove(address);
  const util::MutexLock lock(mutex_);
  ++stats_.errors;
}

std::uint64_t CountedTier::bound(std::uint64_t max_entry_bytes) const {
  return std::min(max_entry_bytes, tier_.max_bytes.value_or(max_entry_bytes));
}

}  // namespace larder::compose
