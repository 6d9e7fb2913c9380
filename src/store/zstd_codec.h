#pragma once

#include "util/bytes.h"
#include <larder/result.h>

#include <optional>
#include <span>

#include <cstddef>

/// zstd as packs use it: frames that hold their content's size, with a window of at most
/// layout::kMaxWindowBytes and no dictionary. Thread-safe; each thread keeps its contexts for its
/// next frame.
namespace larder::store {

/// Compresses `raw` into `out`; gives the frame's length, or nullopt if `out` is too small. The
/// bytes made depend on the bytes given and on the level, 1 to 19, alone. Errors: io.
Result<std::optional<std::size_t>> zstd_encode(int level, util::ByteSpan raw,
                                               std::span<std::byte> out);

/// Decompresses `frame` into `raw`, whose length must be the content's. Errors: corrupt.
Result<void> zstd_decode(util::ByteSpan frame, std::span<std::byte> raw);

}  // namespace larder::store
