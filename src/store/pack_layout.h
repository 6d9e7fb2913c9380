#pragma once

#include "util/hash.h"
#include <larder/name.h>

#include <array>

#include <cstddef>
#include <cstdint>

/// Version 1.0 of the pack: doc/format/pack.md. Integers are little-endian; offsets count bytes
/// from the pack's start.
///
///   pack      = header { gap blob }
///   header    = preamble record{1..256} extension* checksum:16     checksum of all before it
///   preamble  = magic:8 major:u16 minor:u16 header-bytes:u32 total-bytes:u64
///               blobs:u32 checksum-id:u32 binding:16
///   record    = codec:u8 name-bytes:u8 zero:6 offset:u64 stored-bytes:u64 raw-bytes:u64
///               checksum:16 name                                   by name, each name once
///   extension = type:u16 flags:u16 length:u32 byte*length
///   gap       = zero*                                              fewer than 4,096
///   blob      = byte* | piece | piece-bytes:u32{2..} piece{2..}
///   piece     = [list] frame                                       a frame of zstd
///   list      = magic:u32 length:u32 table*                        a skippable frame of zstd
///   table     = offset:u32 row-bytes:u32 rows:u32
namespace larder::store::layout {

inline constexpr std::array<unsigned char, 8> kMagic = {0x89, 'L', 'A', 'R', 'D', 'E', 'R', '\n'};
inline constexpr std::uint16_t kMajor = 1;
inline constexpr std::uint16_t kMinor = 0;

/// The only checksum there is yet.
inline constexpr std::uint32_t kChecksumXxh3 = 1;

inline constexpr std::uint32_t kMaxBlobs = 256;
inline constexpr std::size_t kMaxHeaderBytes = std::size_t{64} << 10;

// Fields of the preamble.
inline constexpr std::size_t kMajorAt = 8;
inline constexpr std::size_t kMinorAt = 10;
inline constexpr std::size_t kHeaderBytesAt = 12;
inline constexpr std::size_t kTotalBytesAt = 16;
inline constexpr std::size_t kBlobsAt = 24;
inline constexpr std::size_t kChecksumIdAt = 28;
inline constexpr std::size_t kBindingAt = 32;
inline constexpr std::size_t kPreambleBytes = 48;

// Fields of a record, from its start. The name follows it.
inline constexpr std::size_t kCodecAt = 0;
inline constexpr std::size_t kNameBytesAt = 1;
inline constexpr std::size_t kReservedAt = 2;
inline constexpr std::size_t kReservedBytes = 6;
inline constexpr std::size_t kOffsetAt = 8;
inline constexpr std::size_t kStoredBytesAt = 16;
inline constexpr std::size_t kRawBytesAt = 24;
inline constexpr std::size_t kRecordChecksumAt = 32;
inline constexpr std::size_t kRecordBytes = 48;

// Fields of an extension, from its start. Its bytes follow it.
inline constexpr std::size_t kExtensionFlagsAt = 2;
inline constexpr std::size_t kExtensionLengthAt = 4;
inline constexpr std::size_t kExtensionBytes = 8;
/// The flag of an extension without which the pack cannot be understood.
inline constexpr std::uint16_t kRequired = 1;

inline constexpr std::size_t kMinHeaderBytes =
    kPreambleBytes + kRecordBytes + 1 + util::Checksum::kBytes;
static_assert(kPreambleBytes + kMaxBlobs * (kRecordBytes + Name::kMaxBytes) +
                  util::Checksum::kBytes <=
              kMaxHeaderBytes);

/// What a blob's offset is a multiple of. Large raw ones start on a page, so that the kernel can
/// share their blocks when it copies them.
inline constexpr std::uint64_t kAlignment = 16;
inline constexpr std::uint64_t kPageAlignment = 4096;
inline constexpr std::uint64_t kPageAlignedFrom = std::uint64_t{64} << 10;

constexpr std::uint64_t alignment_of(bool is_raw, std::uint64_t stored_bytes) {
  return is_raw && stored_bytes >= kPageAlignedFrom ? kPageAlignment : kAlignment;
}

/// A blob's pieces have so many raw bytes, the last one fewer, and a checksum each. Those of a zstd
/// blob have frames of their own; if there are several, their stored lengths (u32) come first.
inline constexpr std::size_t kPieceBytes = std::size_t{512} << 10;
inline constexpr std::size_t kMaxStoredPieceBytes = kPieceBytes + (kPieceBytes >> 8);

// The list of a piece's tables, and one of them, from its start. The magic number is one of those
// that RFC 8878 gives to skippable frames.
inline constexpr std::uint32_t kTableListMagic = 0x184D2A54;
inline constexpr std::size_t kTableListLengthAt = 4;
inline constexpr std::size_t kTableListBytes = 8;
inline constexpr std::size_t kTableOffsetAt = 0;
inline constexpr std::size_t kTableRowBytesAt = 4;
inline constexpr std::size_t kTableRowsAt = 8;
inline constexpr std::size_t kTableBytes = 12;

constexpr std::size_t pieces_of(std::uint64_t raw_bytes) {
  return static_cast<std::size_t>((raw_bytes + kPieceBytes - 1) / kPieceBytes);
}

/// The largest window of a zstd frame, in bytes, and its logarithm.
inline constexpr unsigned kMaxWindowLog = 23;
inline constexpr std::uint64_t kMaxWindowBytes = std::uint64_t{1} << kMaxWindowLog;

}  // namespace larder::store::layout
