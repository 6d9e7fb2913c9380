#pragma once

#include <array>

#include <cstddef>
#include <cstdint>

/// Layout of a manifest, the blobs `manifest` and `digests` of an entry in namespace `manifest`;
/// doc/format/manifest.md. Fixed integers are little-endian, all others varints (util/varint.h).
///
///   manifest := header, prefix*, text, name*, file*, list*, group*, result*
///   header   := "\x89LDRMAN\n", u32 version (3), u32 counts: strings, names, files, lists, groups,
///               results, bytes of the decoded strings, bytes of text
///   prefix   := bytes that a string has in common with the one before it
///   text     := what is left of each string, a NUL behind each
///   name     := string (difference to the name before it, zigzag), bytes of that to skip
///   file     := string (difference to the file before it)
///   list     := count, names (ascending)
///   group    := string (the directory; difference to the group before it), list
///   result   := count, files (ascending), count, groups (ascending), compile time in ms
///   digests  := result key (32) * results, digest of files' digests (32) * results,
///               u64 mark * lists, u32 mark * files
///
/// Ascending numbers are told by how many each leaves out. Strings are in order, so names mostly
/// are, which mostly are the ends of paths. A file's mark is the first four bytes of its digest; a
/// list's the first eight of BLAKE3 over its names, each behind its length (u64), the lowest bit
/// set: what the inode cache remembers a directory's emptiness of them by.
namespace larder::compile::manifest_layout {

inline constexpr std::array<std::byte, 8> kMagic = {std::byte{0x89}, std::byte{'L'}, std::byte{'D'},
                                                    std::byte{'R'},  std::byte{'M'}, std::byte{'A'},
                                                    std::byte{'N'},  std::byte{'\n'}};
inline constexpr std::uint32_t kVersion = 3;
inline constexpr std::size_t kMaxResults = 32;
/// Strings have much in common, so that few bytes can stand for many.
inline constexpr std::uint32_t kMaxStringBytes = 64U << 20;

/// What stands in the header behind the version.
struct Counts {
  std::uint32_t strings = 0;
  std::uint32_t names = 0;
  std::uint32_t files = 0;
  std::uint32_t lists = 0;
  std::uint32_t groups = 0;
  std::uint32_t results = 0;
  std::uint32_t string_bytes = 0;
  std::uint32_t text_bytes = 0;

  [[nodiscard]] std::size_t digests_bytes() const {
    return std::size_t{results} * 64 + std::size_t{lists} * 8 + std::size_t{files} * 4;
  }
};

inline constexpr std::size_t kCountsOffset = 12;
inline constexpr std::size_t kHeaderBytes = kCountsOffset + sizeof(Counts);

}  // namespace larder::compile::manifest_layout
