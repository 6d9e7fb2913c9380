#pragma once

#include "store/backend.h"
#include <larder/result.h>
#include <larder/store.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <chrono>
#include <cstdint>

namespace larder::compose {

/// One store of a list of tiers, by its root.
struct Tier {
  std::string name;                             ///< For statistics and errors, such as its dir().
  std::shared_ptr<store::Backend> backend;      // shared with the Store it was taken from
  std::optional<std::uint64_t> max_bytes = {};  ///< Its own limit; absent is unlimited.
  bool is_read_only = false;                    ///< Never written to, not even backfilled.
  /// It hands requests on to whoever backfills the tiers before it (the courier).
  bool is_relay = false;
};

/// What a tier has been asked for since the tiers were made.
struct TierStats {
  std::string name;
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t puts = 0;
  std::uint64_t backfills = 0;
  std::uint64_t errors = 0;
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_written = 0;
  std::chrono::microseconds time_reading = {};
  std::chrono::microseconds time_writing = {};
};

/// An ordered list of stores as one. A lookup asks each in turn, skips one that fails, and
/// backfills those before the hit; a put goes to all that are writable, and succeeds if one took
/// it. Nothing is ever put together from two tiers. Thread-safe.
class TieredBackend : public store::Backend {
 public:
  [[nodiscard]] virtual std::vector<TierStats> tier_stats() const = 0;
};

/// `tiers` is not empty.
std::unique_ptr<TieredBackend> make_tiers(std::vector<Tier> tiers);

}  // namespace larder::compose
