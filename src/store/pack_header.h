#pragma once

#include "store/pack.h"

#include <vector>

#include <cstdint>

namespace larder::store {

/// What a pack's first bytes say before anything else is known.
struct PackPreamble {
  bool is_newer = false;  ///< The rest is then unknown.
  std::uint32_t header_bytes = 0;
  std::uint32_t blobs = 0;
};

/// Reads the preamble from `start`, the first bytes of a pack of `pack_bytes`, at least
/// min(pack_bytes, layout::kPreambleBytes) of them. Errors: corrupt.
Result<PackPreamble> parse_preamble(util::ByteSpan start, std::uint64_t pack_bytes);

/// What a header holds.
struct PackHeader {
  bool is_newer = false;  ///< There are then no records.
  util::Checksum binding = {};
  std::vector<PackRecord> records;  ///< Sorted by name; in bounds, aligned, not overlapping.
};

/// Verifies and reads a whole header. Errors: corrupt.
Result<PackHeader> parse_header(util::ByteSpan header, const PackPreamble& preamble,
                                std::uint64_t pack_bytes, std::uint64_t max_blob_bytes);

/// The records in the order in which their blobs lie in the pack.
std::vector<const PackRecord*> sorted_by_offset(const std::vector<PackRecord>& records);

}  // namespace larder::store
