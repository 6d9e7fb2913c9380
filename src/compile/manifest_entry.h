#pragma once

#include "util/bytes.h"
#include <larder/blob.h>
#include <larder/key.h>
#include <larder/result.h>
#include <larder/store.h>

#include <optional>

namespace larder::compile {

/// The encoded manifest that an entry holds, or nullopt where it holds none. Nothing but the blobs
/// has been verified. Errors: corrupt, io.
Result<std::optional<util::ByteBuffer>> manifest_in(const Entry& entry);

/// Puts an encoded manifest as an entry. Errors: as Store::put_entry().
Result<void> put_manifest_entry(Store& store, const Key& key, util::ByteSpan manifest);

}  // namespace larder::compile
