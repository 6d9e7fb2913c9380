#include "backend/courier/pack_file.h"

#include "sys/file.h"
#include "util/bytes.h"
#include "util/try.h"

#include <algorithm>
#include <utility>

#include <cstddef>
#include <cstdint>

namespace larder::courier {

Result<void> copy_pack(const store::PackBytes& pack, int fd) {
  constexpr std::uint64_t kPieceBytes = std::uint64_t{128} << 10;
  util::ByteBuffer piece;
  for (std::uint64_t at = 0; at < pack.size(); at += piece.size()) {
    piece.resize(std::min(kPieceBytes, pack.size() - at));
    LARDER_CHECK(pack.read_at(at, piece));
    LARDER_CHECK(sys::write_all(fd, piece));
  }
  return {};
}

Result<std::shared_ptr<const store::PackBytes>> in_file(
    std::shared_ptr<const store::PackBytes> pack) {
  if (pack->fd() >= 0) return pack;
  LARDER_TRY(util::UniqueFd file, sys::open_unnamed());
  LARDER_CHECK(copy_pack(*pack, file.get()));
  return store::pack_bytes_of(std::move(file), pack->size());
}

}  // namespace larder::courier
