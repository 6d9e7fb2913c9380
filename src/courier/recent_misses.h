#pragma once

#include "util/hash.h"

#include <deque>
#include <unordered_map>

#include <chrono>
#include <cstddef>

#include "courier/fetch_key.h"

namespace larder::courier {

/// The fetches that found nothing not long ago. One thread at a time.
class RecentMisses {
 public:
  using Time = std::chrono::system_clock::time_point;

  /// Remembers each for `memory`, the newest `max_count` of them (some 100 bytes each).
  RecentMisses(std::chrono::seconds memory, std::size_t max_count)
      : memory_(memory), max_count_(max_count) {}

  void add(const FetchKey& key, Time now);
  [[nodiscard]] bool contains(const FetchKey& key, Time now);

  /// Forgets a miss of the entry, wherever it was looked for.
  void forget(const util::Checksum& binding);

  void clear();

 private:
  struct Miss {
    FetchKey key;
    Time until;
  };

  void drop_old(Time now);

  std::chrono::seconds memory_;
  std::size_t max_count_;
  std::deque<Miss> by_age_;  // the oldest first; those forgotten are still among them
  std::unordered_map<FetchKey, Time, FetchKeyHash> until_;
};

}  // namespace larder::courier
