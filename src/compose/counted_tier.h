#pragma once

#include "compose/tiers.h"
#include "store/backend.h"
#include "util/mutex.h"
#include <larder/result.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include <cstdint>

namespace larder::compose {

using PackPtr = std::shared_ptr<const store::PackBytes>;

/// A tier with its statistics. Its errors begin with its name; its puts keep its own limit.
/// Thread-safe.
class CountedTier {
 public:
  explicit CountedTier(Tier tier);

  [[nodiscard]] store::Backend& backend() const { return *tier_.backend; }
  [[nodiscard]] bool is_writable() const { return !tier_.is_read_only; }
  [[nodiscard]] bool is_relay() const { return tier_.is_relay; }
  [[nodiscard]] const std::string& name() const { return tier_.name; }
  [[nodiscard]] TierStats stats() const LARDER_EXCLUDES(mutex_);

  // Lookups, counted as hits and misses.
  Result<store::Found> find(const store::Address& address, const Name& name);
  Result<std::optional<Entry>> get_entry(const store::Address& address);
  Result<PackPtr> get_pack(const store::Address& address);
  Result<bool> has(const store::Address& address);

  // Puts. An entry above `max_entry_bytes` or the tier's own limit is refused; then what is least
  // recently used is evicted.
  Result<void> put(const store::Address& address, const NamedSource& blob,
                   std::uint64_t max_entry_bytes);
  Result<void> put_entry(const store::Address& address, std::span<const NamedSource> blobs,
                         std::uint64_t max_entry_bytes);
  Result<void> put_pack(const store::Address& address, const PackPtr& pack,
                        std::uint64_t max_entry_bytes);
  /// A put that is counted as a backfill.
  Result<void> backfill(const store::Address& address, const PackPtr& pack);

  Result<void> remove(const store::Address& address);

  /// Counts a pack that the tier gave and that proved corrupt, and removes it where it can.
  void discard_corrupt(const store::Address& address);

  /// Runs a call that is not counted, but for its failure, and gives its error the tier's name.
  template <typename Call>
  std::invoke_result_t<Call> run(const Call& call) LARDER_EXCLUDES(mutex_) {
    auto result = call();
    if (result) return result;
    const util::MutexLock lock(mutex_);
    ++stats_.errors;
    return fail(std::move(result).error().context(tier_.name));
  }

 private:
  template <typename Call, typename BytesOf>
  std::invoke_result_t<Call> look(const Call& call, const BytesOf& bytes_found);
  template <typename Call>
  Result<void> store(const store::Address& address, std::uint64_t TierStats::*counter,
                     const Call& call);
  Result<void> store_pack(const store::Address& address, const PackPtr& pack,
                          std::uint64_t TierStats::*counter, std::uint64_t max_entry_bytes);
  [[nodiscard]] std::uint64_t bound(std::uint64_t max_entry_bytes) const;

  const Tier tier_;
  mutable util::Mutex mutex_;
  TierStats stats_ LARDER_GUARDED_BY(mutex_);
};

}  // namespace larder::compose
