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
///   file   := header, zeros up to 4096, slot * 32768, record*
///   header := "\x89LDRFCT\n", u64 version (1)
///   slot   := u32 where a record begins in the file, or 0
///   record := check (8), key (32), u32 bytes of fact, fact
///   key    := digest of the content, XORed with that of the purpose
///   check  := XXH3-64 of all that follows in the record
///
/// A key's record is at one of eight slots, from the one that the key's first eight bytes say.
/// Records are appended, with nothing between them but what a full disk has cut off.
namespace larder::compile::facts_layout {

inline constexpr std::size_t kSlots = 32768;
inline constexpr std::size_t kSlotsOffset = 4096;
inline constexpr std::size_t kWays = 8;
inline constexpr std::size_t kRecordsOffset = kSlotsOffset + kSlots * 4;
inline constexpr std::size_t kRecordHead = 44;
inline constexpr std::uint64_t kMaxFileBytes = 16U << 20;

inline constexpr std::array<std::byte, 16> kHeader = {
    std::byte{0x89}, std::byte{'L'}, std::byte{'D'},  std::byte{'R'}, std::byte{'F'},
    std::byte{'C'},  std::byte{'T'}, std::byte{'\n'}, std::byte{1}};

inline util::Digest key_of(const util::Digest& content, const util::Digest& purpose) noexcept {
  util::Digest key;
  for (std::size_t i = 0; i < util::Digest::kBytes; ++i) {
    key.bytes[i] = content.bytes[i] ^ purpose.bytes[i];
  }
  return key;
}

inline std::size_t slot_of(const util::Digest& key, std::size_t way) noexcept {
  return (util::load<std::uint64_t>(key.bytes, 0) + way) % kSlots;
}

/// A record, as far as it lies within bytes.
struct Record {
  util::Digest key;
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
  std::memcpy(record.key.bytes.data(), bytes.data() + 8, util::Digest::kBytes);
  record.fact = bytes.subspan(kRecordHead, size);
  return record;
}

inline void append_record(util::ByteBuffer& records, const util::Digest& key, util::ByteSpan fact) {
  const std::size_t begin = records.size();
  util::append(records, std::uint64_t{0});
  util::append(records, util::ByteSpan(key.bytes));
  util::append(records, static_cast<std::uint32_t>(fact.size()));
  util::append(records, fact);
  util::store(std::span(records), begin, util::xxh3_64(util::ByteSpan(records).subspan(begin + 8)));
}

}  // namespace larder::compile::facts_layout
