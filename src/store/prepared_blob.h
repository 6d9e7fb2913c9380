#pragma once

#include "store/pack.h"
#include "util/bytes.h"
#include <larder/blob.h>
#include <larder/open.h>
#include <larder/result.h>

namespace larder {

/// A blob as a pack holds it, made before it is known which pack that will be.
struct PreparedBlob {
  BlobSource source;        ///< For stores that hold blobs in another way. Refers to what it did.
  Compression compression;  ///< What it was made for.
  store::PackRecord record = {};  ///< All but the name and the place.
  util::ByteBuffer stored = {};
};

namespace store {

/// Reads and compresses a blob; in memory, so not for large ones. Thread-safe.
/// Errors: as write_pack().
Result<PreparedBlob> prepare_blob(const BlobSource& source, const Compression& compression);

}  // namespace store
}  // namespace larder
