#pragma once

#include "util/hash.h"

#include <span>

namespace larder::store {

/// The checksum of a blob by those of its pieces (doc/format/pack.md): of one piece it is the
/// piece's, of several that of theirs. So pieces can be hashed in any order, and by several
/// threads.
inline util::Checksum checksum_of(std::span<const util::Checksum> pieces) {
  return pieces.size() == 1 ? pieces.front() : util::xxh3_128(std::as_bytes(pieces));
}

}  // namespace larder::store
