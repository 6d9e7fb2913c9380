#include "store/prepared_blob.h"

#include "store/blob_input.h"
#include "store/blob_writer.h"
#include "util/try.h"

namespace larder::store {

Result<PreparedBlob> prepare_blob(const BlobSource& source, const Compression& compression) {
  LARDER_CHECK(check(compression));
  LARDER_TRY(const BlobInput input, BlobInput::open(source));
  PreparedBlob prepared = {.source = source, .compression = compression};
  BufferOutput output(prepared.stored);
  LARDER_CHECK(BlobWriter(output, compression, 0).append(input, prepared.record));
  return prepared;
}

}  // namespace larder::store
