#pragma once

#include "util/bytes.h"
#include "util/hash.h"

#include <array>
#include <optional>

#include <cstddef>
#include <cstdint>
#include <cstring>

/// Layout of the file of content facts; doc/format/state.md.
///
///   file   := header, zeros up to 4096, slots, record*
///   header := "\x89LDRFCT\n", u64 version (2)
///   slots  := levels of 1024, 2048, ..., 32768 slots
///   slot   := u32 where a record begins in the file, or 0
///   record := check (8), key (16), u32 bytes of fact, fact
///   key    := the first half of the digest of the content, XORed with that of the purpose
///   check  := XXH3-64 of all that follows in the record
///
/// In each level a key has a pair of slots, which the key's first eight bytes say. A record is told
/// of by the first free one, so that few records take few pages of the file, which is sparse.
/// Records are appended, with nothing between them but what a full disk has cut off.
namespace larder::compile::facts_layout {

inline constexpr std::size_t kFirstLevel = 1024;
inline constexpr std::size_t kLevels = 6;
inline constexpr std::size_t kSlots = kFirstLevel * ((1U << kLevels) - 1);
inline constexpr std::size_t kSlotsOffset = 4096;
inline constexpr std::size_t kWays = kLevels * 2;
inline constexpr std::size_t kRecordsOffset = kSlotsOffset + kSlots * 4;
inline constexpr std::size_t kKeyBytes = 16;
inline constexpr std::size_t kRecordHead = 8 + kKeyBytes + 4;
inline constexpr std::uint64_t kMaxFileBytes = 16U << 20;

inline constexpr std::array<std::byte, 16> kHeader = {
    std::byte{0x89}, std::byte{'L'}, std::byte{'D'},  std::byte{'R'}, std::byte{'F'},
    std::byte{'C'},  std::byte{'T'}, std::byte{'\n'}, std::byte{2}};

using Key = std::array<std::byte, kKeyBytes>;

inline Key key_of(const util::Digest& content, const util::Digest& purpose) noexcept {
  Key key;
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = content.bytes[i] ^ purpose.bytes[i];
  return key;
}

/// The slot, of all levels', that a key has as its `way`-th, below kWays.
inline std::size_t slot_of(const Key& key, std::size_t way) noexcept {
  const std::size_t level = way / 2;
  const std::size_t begin = kFirstLevel * ((1U << level) - 1);
  const std::size_t size = kFirstLevel << level;
  const std::size_t pair = (util::load<std::uint64_t>(key, 0) >> (8 * level)) % (size / 2);
  return begin + pair * 2 + way % 2;
}

/// A record, as far as it lies within bytes.
struct Record {
  Key key;
  util::ByteSpan fact;

  [[nodiscard]] std::size_t size() const noexcept { return kRecordHead + fact.size(); }
};

/// The record that `bytes` begin with, if it is whole.
inline std::optional<Record> record_in(util::ByteSpan bytes) noexcept {
  if (bytes.size() < kRecordHead) return std::nullopt;
  const auto size = util::load<std::uint32_t>(bytes, kRecordHead - 4);
  if (size > bytes.size() - kRecordHead) return std::nullopt;
  const util::ByteSpan checked = bytes.subspan(8, kRecordHead - 8 + size);
  if (util::load<std::uint64_t>(bytes, 0) != util::xxh3_64(checked)) return std::nullopt;
  Record record;
  std::memcpy(record.key.data(), bytes.data() + 8, kKeyBytes);
  record.fact = bytes.subspan(kRecordHead, size);
  return record;
}

inline void append_record(util::ByteBuffer& records, const Key& key, util::ByteSpan fact) {
  const std::size_t begin = records.size();
  util::append(records, std::uint64_t{0});
  util::append(records, util::ByteSpan(key));
  util::append(records, static_cast<std::uint32_t>(fact.size()));
  util::append(records, fact);
  util::store(std::span(records), begin, util::xxh3_64(util::ByteSpan(records).subspan(begin + 8)));
}

}  // namespace larder::compile::facts_layout
