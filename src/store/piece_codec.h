#pragma once

#include "util/bytes.h"
#include <larder/result.h>

#include <optional>
#include <span>

#include <cstddef>

/// A piece of a compressed blob: a frame of zstd, before which a skippable one may list the piece's
/// tables (doc/format/pack.md). Thread-safe.
namespace larder::store {

/// From so many pieces on, a thread that helps is worth starting: that takes as long as a tenth of
/// a piece.
inline constexpr std::size_t kHelpFromPieces = 4;

/// Writes the piece that holds `raw`, of up to 512 KiB, and gives its length; nullopt if it does
/// not fit `out`. The bytes made depend on the bytes given and on the level, 1 to 19, alone.
/// Errors: io.
Result<std::optional<std::size_t>> encode_piece(int level, util::ByteSpan raw,
                                                std::span<std::byte> out);

/// Decodes `stored`, which must be one piece of `raw.size()` bytes. Errors: corrupt.
Result<void> decode_piece(util::ByteSpan stored, std::span<std::byte> raw);

}  // namespace larder::store
