#pragma once

#include "util/hash.h"
#include <larder/name.h>
#include <larder/result.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <cstddef>
#include <cstdint>

/// The file `.entry` of a directory entry, lines of text; doc/format/disk.md:
///
///     "larder entry 1"
///     "binding" SP 32HEX                     ; of namespace and key, as a pack's
///     1*256("blob" SP bytes SP 32HEX SP name)   ; length and XXH3-128 of each file, sorted by name
///     "checksum" SP 32HEX                    ; XXH3-128 of all bytes before this line
namespace larder::disk {

/// What one blob's file must hold.
struct IndexRecord {
  Name name;
  std::uint64_t bytes = 0;
  util::Checksum checksum = {};

  friend bool operator==(const IndexRecord&, const IndexRecord&) = default;
};

struct EntryIndex {
  util::Checksum binding = {};
  std::vector<IndexRecord> records = {};  ///< 1 to 256, sorted by name.

  friend bool operator==(const EntryIndex&, const EntryIndex&) = default;
};

inline constexpr std::size_t kMaxIndexRecords = 256;
inline constexpr std::size_t kMaxIndexBytes = std::size_t{128} << 10;

std::string print_index(const EntryIndex& index);

/// The index that the text spells, or nullopt if it is of a newer version. Errors: corrupt.
Result<std::optional<EntryIndex>> parse_index(std::string_view text);

}  // namespace larder::disk
