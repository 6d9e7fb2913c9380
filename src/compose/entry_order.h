#pragma once

#include "store/address.h"
#include "util/mutex.h"

#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <cstddef>
#include <cstdint>

namespace larder::compose {

/// Puts what changes one entry in several tiers into an order, so that all tiers end with the same
/// generation of it, and keeps a backfill from bringing back one that was replaced or removed since
/// it was looked up. Among the threads of this process only. Thread-safe.
class EntryOrder {
 public:
  /// The right to change one entry; given up when destroyed. Movable. One thread at a time.
  class Turn {
   public:
    Turn(Turn&& other) noexcept
        : order_(std::exchange(other.order_, nullptr)),
          id_(std::move(other.id_)),
          is_change_(other.is_change_) {}
    Turn& operator=(Turn&&) = delete;
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      if (order_ != nullptr) order_->end(id_, is_change_);
    }

   private:
    friend class EntryOrder;
    Turn(EntryOrder& order, std::string id, bool is_change)
        : order_(&order), id_(std::move(id)), is_change_(is_change) {}

    EntryOrder* order_;
    std::string id_;
    bool is_change_;
  };

  /// How many changes there were: a moment to compare a later one with.
  using Mark = std::uint64_t;

  /// Waits until no one else changes the entry. It may be held while tiers are written to, which
  /// may take seconds, but by whoever holds no other.
  [[nodiscard]] Turn take(const store::Address& address) LARDER_EXCLUDES(mutex_);

  [[nodiscard]] Mark mark(const store::Address& address) LARDER_EXCLUDES(mutex_);

  /// For a backfill, which is no change: it would keep those from their turn that have looked up
  /// another entry of its stripe meanwhile. Nullopt if someone changes the entry, or may have since
  /// `mark`.
  [[nodiscard]] std::optional<Turn> try_take(const store::Address& address, Mark mark)
      LARDER_EXCLUDES(mutex_);

 private:
  static constexpr std::size_t kStripes = 256;

  static std::string id_of(const store::Address& address);
  static std::size_t stripe_of(const std::string& id);
  void end(const std::string& id, bool is_change) LARDER_EXCLUDES(mutex_);

  util::Mutex mutex_;
  util::ConditionVariable turn_ended_;
  std::set<std::string> taken_ LARDER_GUARDED_BY(mutex_);
  /// Changes that have ended, of all entries of a stripe together.
  std::array<Mark, kStripes> changes_ LARDER_GUARDED_BY(mutex_) = {};
};

}  // namespace larder::compose
