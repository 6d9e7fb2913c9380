#pragma once

#include <array>

#include <cstddef>
#include <cstdint>

/// Layout of a manifest, the blobs `manifest` and `digests` of an entry in namespace `manifest`;
/// doc/format/manifest.md. Little-endian, read in place, the one blob behind the other.
///
///   manifest := header, string*, file*, result*, group*, index*, text
///   digests  := digest* (32 each), one for each file; no blob where there are none
///   header   := "\x89LDRMAN\n", u32 version (2), u32 counts: strings, files, results, groups,
///               indices, text bytes
///   string   := u32 offset in text; a NUL ends each in text
///   file     := u32 string (path)
///   result   := result key (32), u32 first index, u32 indices (files), u32 first group, u32
///   groups,
///               u32 compile time in ms, u32 0
///   group    := u32 string (directory), u32 first index, u32 indices (strings: names in it), u32
///   0,
///               u64 mark of the names
///   index    := u32
///
/// The mark is the first eight bytes of BLAKE3 over the names, each behind its length (u64), with
/// the lowest bit set: what the inode cache remembers a directory's emptiness of them by.
///
/// Newest result first. A result holds if each of its files has its digest and in each of its
/// groups every name is absent from the directory. Paths are as the compiler spelled them.
namespace larder::compile::manifest_layout {

inline constexpr std::array<std::byte, 8> kMagic = {std::byte{0x89}, std::byte{'L'}, std::byte{'D'},
                                                    std::byte{'R'},  std::byte{'M'}, std::byte{'A'},
                                                    std::byte{'N'},  std::byte{'\n'}};
inline constexpr std::uint32_t kVersion = 2;
inline constexpr std::size_t kHeaderBytes = 36;
inline constexpr std::size_t kStringBytes = 4;
inline constexpr std::size_t kFileBytes = 4;
inline constexpr std::size_t kDigestBytes = 32;
inline constexpr std::size_t kResultBytes = 56;
inline constexpr std::size_t kGroupBytes = 24;
inline constexpr std::size_t kIndexBytes = 4;
inline constexpr std::size_t kMaxResults = 32;

}  // namespace larder::compile::manifest_layout
