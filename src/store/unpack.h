#pragma once

#include "store/address.h"
#include "store/pack.h"
#include <larder/blob.h>
#include <larder/result.h>

#include <memory>
#include <vector>

namespace larder::store {

/// The blobs of a pack as what a put takes. Movable. One thread at a time.
struct Unpacked {
  std::vector<Blob> blobs = {};
  std::vector<NamedSource> sources = {};  ///< Refer to `blobs`.
};

/// Opens a pack that is to become an entry, and verifies every byte of it.
/// Errors: corrupt (not a sound pack of this address), io.
Result<Pack> open_sound(std::shared_ptr<const PackBytes> bytes, const Address& address);

/// The blobs of such a pack, to be put where entries are not kept as packs.
Result<Unpacked> unpack(const Pack& pack);

}  // namespace larder::store
