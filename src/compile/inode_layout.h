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
///   header      := "\x89LDRINO\n", u64 version (3)
///   record      := fingerprint (16), digest (32), inode (8), check (8)
///   fingerprint := XXH3-128 of u64 device, inode, size, mtime ns, ctime ns, purpose
///   check       := XXH3-64 of the 56 bytes before it; a record of zeros is empty
///
/// The records are 64 windows of 1024, 64 KiB: what Linux maps at once of a file that is read.
/// Which windows an inode's records may lie in, and from where its place in them is counted,
/// follows from a hash of all but its last ten bits. So files made together, whose inodes are
/// neighbours, stay neighbours, while directories do not meet that a file system begins in
/// corresponding places of its block groups. What is recorded of one directory for many purposes
/// fills page after page, so that a few take little space.
namespace larder::compile::inode_layout {

inline constexpr std::size_t kRecords = 65536;
inline constexpr std::size_t kRecordBytes = 64;
inline constexpr std::size_t kRecordsOffset = 4096;
inline constexpr std::size_t kWindow = 1024;
inline constexpr std::size_t kPage = 64;  // records
inline constexpr std::size_t kPages = kWindow / kPage;
inline constexpr std::size_t kWindows = 4;  // of one inode
inline constexpr std::size_t kFileBytes = kRecordsOffset + kRecords * kRecordBytes;

inline constexpr std::array<std::byte, 16> kHeader = {
    std::byte{0x89}, std::byte{'L'}, std::byte{'D'},  std::byte{'R'}, std::byte{'I'},
    std::byte{'N'},  std::byte{'O'}, std::byte{'\n'}, std::byte{3}};

/// At how many places a record of this purpose may lie.
inline std::size_t ways_of(std::uint64_t purpose) {
  return purpose == 0 ? kWindows : kWindows * kPages;
}

/// Where a record may lie, in bytes: its places in the order in which they are looked at, by `way`.
inline std::size_t offset_of(std::uint64_t device, std::uint64_t inode, std::uint64_t purpose,
                             std::size_t way) {
  // Fibonacci hashing: the product's upper bits depend on all of its factor's.
  const std::uint64_t hash = (inode / kWindow + device * 40503) * 0x9E37'79B9'7F4A'7C15U;
  const std::uint64_t step = (hash >> 48) | 1;
  std::uint64_t place = (inode + (hash >> 40)) % kWindow;
  if (purpose != 0) {
    place = (place / kPage + way) % kPages * kPage + purpose / 2 % kPage;
    way /= kPages;
  }
  const std::uint64_t window = ((hash >> 58) + way * step) % (kRecords / kWindow);
  return kRecordsOffset + static_cast<std::size_t>(window * kWindow + place) * kRecordBytes;
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
  [[nodiscard]] bool is_empty() const { return words[7] == 0; }
  [[nodiscard]] bool is_sound() const { return words[7] == check(); }

 private:
  [[nodiscard]] std::uint64_t check() const {
    return util::xxh3_64(std::as_bytes(std::span(words).first(7)));
  }
};

}  // namespace larder::compile::inode_layout
