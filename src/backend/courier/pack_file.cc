#include "backend/courier/pack_file.h"

#include "sys/file.h"
#include "util/try.h"

#include <utility>

namespace larder::courier {

Result<std::shared_ptr<const store::PackBytes>> in_file(
    std::shared_ptr<const store::PackBytes> pack) {
  if (pack->fd() >= 0) return pack;
  LARDER_TRY(util::UniqueFd file, sys::open_unnamed());
  LARDER_CHECK(store::copy_pack(*pack, file.get()));
  return store::pack_bytes_of(std::move(file), pack->size());
}

}  // namespace larder::courier
