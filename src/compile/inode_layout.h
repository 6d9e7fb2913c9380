#pragma once

#include "util/bytes.h"
#include "util/hash.h"

#include <array>

#include <cstddef>
#include <cstdint>
#include <cstring>

/// Layout of the inode cache; doc/format/state.md.
///
///   file        := header, zeros up to 4096, record * 65536
///   header      := "\x89LDRINO\n", u64 version (1)
///   record      := fingerprint (16), digest (32), inode (8), check (8)
///   fingerprint := XXH3-128 of u64 device, inode, size, mtime ns, ctime ns, purpose
///   check       := XXH3-64 of the 56 bytes before it; a record of zeros is empty
///
/// A file's record lies in one of the kWays places that begin at (inode + device * 40503) mod
/// 65536: files made together have neighbouring inodes, so a compile's headers share pages.
namespace larder::compile::inode_layout {

inline constexpr std::size_t kRecords = 65536;
inline constexpr std::size_t kRecordBytes = 64;
inline constexpr std::size_t kRecordsOffset = 4096;
inline constexpr std::size_t kWays = 4;
inline constexpr std::size_t kFileBytes = kRecordsOffset + kRecords * kRecordBytes;

inline constexpr std::array<std::byte, 16> kHeader = {
    std::byte{0x89}, std::byte{'L'}, std::byte{'D'},  std::byte{'R'}, std::byte{'I'},
    std::byte{'N'},  std::byte{'O'}, std::byte{'\n'}, std::byte{1}};

inline std::size_t offset_of(std::uint64_t device, std::uint64_t inode, std::size_t way) {
  const std::uint64_t place = (inode + device * 40503 + way) % kRecords;
  return kRecordsOffset + static_cast<std::size_t>(place) * kRecordBytes;
}

struct Record {
  std::array<std::uint64_t, kRecordBytes / 8> words = {};

  static Record make(const util::Checksum& fingerprint, const util::Digest& digest,
                     std::uint64_t inode) {
    Record record;
    std::memcpy(record.words.data(), fingerprint.bytes.data(), 16);
    std::memcpy(record.words.data() + 2, digest.bytes.data(), 32);
    record.words[6] = inode;
    record.words[7] = record.check();
    return record;
  }

  [[nodiscard]] util::Checksum fingerprint() const {
    util::Checksum fingerprint;
    std::memcpy(fingerprint.bytes.data(), words.data(), 16);
    return fingerprint;
  }
  [[nodiscard]] util::Digest digest() const {
    util::Digest digest;
    std::memcpy(digest.bytes.data(), words.data() + 2, 32);
    return digest;
  }
  [[nodiscard]] std::uint64_t inode() const { return words[6]; }
  [[nodiscard]] bool is_sound() const { return words[7] == check(); }

 private:
  [[nodiscard]] std::uint64_t check() const {
    return util::xxh3_64(std::as_bytes(std::span(words).first(7)));
  }
};

}  // namespace larder::compile::inode_layout
