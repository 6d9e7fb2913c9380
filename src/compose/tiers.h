#pragma once

#include "store/backend.h"
#include "sys/clock.h"
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
  std::string name = {};                         ///< For statistics and errors, such as its dir().
  std::shared_ptr<store::Backend> backend = {};  // shared with the Store it was taken from
  std::optional<std::uint64_t> max_bytes = {};   ///< Its own limit; absent is unlimited.
  bool is_read_only = false;                     ///< Never written to, not even backfilled.
  /// It hands requests on to whoever backfills the tiers before it (the courier).
  bool is_relay = false;
};

/// What a tier has been asked for since the tiers were made.
struct TierStats {
  std::string name = {};
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t puts = 0;           ///< Puts that it took.
  std::uint64_t backfills = 0;      ///< Packs of later tiers that it took.
  std::uint64_t errors = 0;         ///< Calls that failed, and corrupt packs that it gave.
  std::uint64_t bytes_read = 0;     ///< Of the packs or blobs that were found in it.
  std::uint64_t bytes_written = 0;  ///< Of the packs put to it; unknown where it made its own.
  std::chrono::microseconds time_reading = {};
  std::chrono::microseconds time_writing = {};
};

/// An ordered list of stores as one; doc/tiers.md. Thread-safe.
///
/// A lookup asks each tier in turn and skips one that fails; it is an error only where all failed,
/// or where all that there is is corrupt. One request for each tier asked, found or not. A pack
/// found in a later tier is verified and backfilled into the writable ones before it. A put goes to
/// all that are writable and succeeds if one took it. An entry is what the first tier that has its
/// key holds: nothing is ever put together from two.
class TieredBackend : public store::Backend {
 public:
  [[nodiscard]] virtual std::vector<TierStats> tier_stats() const = 0;
};

/// `tiers` is not empty. `clock` tells the age of entries and must outlive them.
std::unique_ptr<TieredBackend> make_tiers(std::vector<Tier> tiers,
                                          const sys::Clock& clock = sys::system_clock());

}  // namespace larder::compose
