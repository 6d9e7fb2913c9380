#include "backend/disk/plain_blob.h"

#include "sys/file.h"
#include "util/try.h"

#include <algorithm>

namespace larder::disk {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{256} << 10;

}  // namespace

tl::unexpected<Error> PlainBlob::corrupt() const {
  if (on_corrupt_) on_corrupt_();
  return fail(ErrorCode::corrupt, "read blob: its file is not what was stored");
}

Result<void> PlainBlob::read_into(const ByteSink& sink) const {
  util::Xxh3 hash;
  util::ByteBuffer piece(std::min<std::uint64_t>(expected_.bytes, kPieceBytes));
  for (std::uint64_t done = 0; done < expected_.bytes; done += piece.size()) {
    piece.resize(std::min<std::uint64_t>(expected_.bytes - done, kPieceBytes));
    LARDER_TRY(const std::size_t got, sys::read_at(fd_.get(), piece, done));
    if (got != piece.size()) return corrupt();
    hash.update(piece);
    LARDER_CHECK(sink(piece));
  }
  if (hash.finish() != expected_.checksum) return corrupt();
  return {};
}

}  // namespace larder::disk
