#pragma once

#include "backend/s3/walk.h"
#include <larder/store.h>

#include <span>
#include <string>
#include <vector>

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace larder::s3 {

/// The least recently used of the entries that a walk has seen. One thread at a time.
class LruList {
 public:
  struct Item {
    std::string object_key;
    std::uint64_t bytes = 0;
    std::chrono::system_clock::time_point last_use = {};
  };

  /// Keeps up to so many, the oldest.
  explicit LruList(std::size_t max_items) : max_items_(max_items) {}

  void add(const ListedEntry& entry);

  /// All that was added, kept or not.
  [[nodiscard]] const StoreStats& total() const noexcept { return total_; }

  /// The oldest first; of equal age, those in `latest` last, in its order. Leaves nothing here.
  std::vector<Item> take_sorted(std::span<const std::string> latest = {});

 private:
  std::size_t max_items_;
  StoreStats total_;
  std::vector<Item> items_;  // a heap with the newest on top, once it is full
};

}  // namespace larder::s3
