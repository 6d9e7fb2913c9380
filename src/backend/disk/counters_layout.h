#pragma once

#include "backend/disk/layout.h"
#include "store/namespace_path.h"

#include <array>
#include <atomic>
#include <string_view>

#include <cstddef>
#include <cstdint>

/// The file `.larder/counters`, as it is mapped: a page of header and `capacity` slots, one for
/// each namespace that has had an entry; doc/format/disk.md. Little-endian, every field aligned.
/// Slots are added and the file grows under the lock "counters"; a shard's figures change under
/// that shard's lock, held shared or exclusively.
namespace larder::disk {

inline constexpr std::array<char, 8> kCountersMagic = {'\x89', 'L', 'R', 'D', 'C', 'N', 'T', '\n'};
inline constexpr std::uint32_t kCountersVersion = 1;
inline constexpr std::size_t kFirstSlotCapacity = 4;  // root, compile, manifest, source

/// Whether the figures cover everything in the store.
enum CounterCoverage : std::uint32_t {
  unknown = 0,   ///< Not what was there before the file was, or a change went uncounted.
  complete = 1,  ///< Yes: the totals can be told.
  counting = 2,  ///< Somebody walks the store to make them complete.
};

struct CountersHeader {
  std::array<char, 8> magic;
  std::uint32_t version;
  std::uint32_t slot_bytes;             ///< sizeof(CounterSlot).
  std::atomic<std::uint32_t> capacity;  ///< Slots that the file has room for.
  std::atomic<std::uint32_t> count;     ///< Slots in use, from the first.
  std::atomic<std::uint32_t> coverage;  ///< A CounterCoverage.
  std::atomic<std::uint32_t> cursor;    ///< The shard whose turn it is to be evicted, modulo 256.
};

struct CounterSlot {
  std::uint64_t path_hash;  ///< XXH3-64 of the path.
  /// The limit that an eviction of this namespace was asked for while another was running, plus
  /// one; 0 for none.
  std::atomic<std::uint64_t> wanted;
  std::uint32_t path_bytes;
  std::array<char, store::NamespacePath::kMaxBytes> path;  ///< As NamespacePath::text().
  std::array<char, 1024 - 20 - store::NamespacePath::kMaxBytes> reserved;
  std::array<std::atomic<std::int64_t>, layout::kShards> entries;
  std::array<std::atomic<std::int64_t>, layout::kShards> bytes;
  std::array<std::atomic<std::uint64_t>, layout::kShards> generation;  ///< Of changes to the shard.

  [[nodiscard]] std::string_view path_text() const noexcept { return {path.data(), path_bytes}; }
};

inline constexpr std::size_t kCountersHeaderBytes = 4096;

static_assert(sizeof(CountersHeader) == 32 && sizeof(CountersHeader) <= kCountersHeaderBytes);
static_assert(sizeof(CounterSlot) == 1024 + 3 * 8 * layout::kShards);
static_assert(offsetof(CounterSlot, entries) == 1024);
static_assert(std::atomic<std::int64_t>::is_always_lock_free &&
              std::atomic<std::uint32_t>::is_always_lock_free);

/// The length of a file of so many slots.
constexpr std::uint64_t counters_file_bytes(std::uint64_t capacity) {
  return kCountersHeaderBytes + capacity * sizeof(CounterSlot);
}

}  // namespace larder::disk
