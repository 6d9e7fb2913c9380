#include "backend/disk/own_dir.h"

#include "backend/disk/layout.h"
#include "sys/directory.h"
#include "util/try.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

namespace larder::disk {
namespace {

bool is_removed(int fd) {
  struct stat status = {};
  return ::fstat(fd, &status) != 0 || status.st_nlink == 0;
}

}  // namespace

Result<OwnDir> OwnDir::open_or_create(const StoreDir& store) {
  const std::string own = layout::kOwnDir;
  LARDER_TRY(util::UniqueFd fd, store.make_dir(own, false));
  LARDER_TRY(util::UniqueFd tmp, store.make_dir(own + '/' + layout::kTemporariesDir, false));
  LARDER_TRY(util::UniqueFd locks, store.make_dir(own + '/' + layout::kLocksDir, false));
  return OwnDir(store.modes(), std::move(fd), std::move(tmp), std::move(locks));
}

void OwnDir::spread_temporaries() const {
  const std::string last = layout::shard_name(layout::kShards - 1);
  if (::faccessat(tmp(), last.c_str(), F_OK, 0) == 0) return;
  sys::spread_directories(tmp());
  for (unsigned shard = 0; shard < layout::kShards; ++shard) {
    if (!modes_.make_dir(tmp(), layout::shard_name(shard))) return;
  }
}

Result<Temporary> OwnDir::make_temporary(unsigned shard, Temporary::Kind kind) const {
  return Temporary::create(modes_, tmp_.get(), shard, kind);
}

Temporary OwnDir::reserve_temporary(unsigned shard, Temporary::Kind kind) const {
  return Temporary::reserve(tmp_.get(), shard, kind);
}

bool OwnDir::is_gone() const noexcept {
  return is_removed(fd()) || is_removed(tmp()) || is_removed(locks_.dir());
}

}  // namespace larder::disk
