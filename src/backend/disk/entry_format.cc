#include "backend/disk/entry_format.h"

#include "backend/disk/directory_entries.h"
#include "backend/disk/packed_entries.h"
#include "sys/beneath.h"
#include "sys/file.h"
#include "util/try.h"

#include <fcntl.h>

namespace larder::disk {

Identity identity_of(const struct stat& status) noexcept {
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  return {.inode = status.st_ino,
          .last_use_ns = status.st_mtim.tv_sec * kNanoseconds + status.st_mtim.tv_nsec};
}

Result<std::optional<OpenObject>> EntryFormat::open(int dir, const std::string& path) const {
  // O_NONBLOCK: a FIFO that somebody put there must not hold a reader up.
  const int flags =
      kind() == Temporary::Kind::file ? O_RDONLY | O_NONBLOCK : O_RDONLY | O_DIRECTORY;
  LARDER_TRY(auto fd, sys::open_beneath(dir, path, flags));
  if (!fd) return std::optional<OpenObject>();
  LARDER_TRY(const struct stat status, sys::stat_fd(fd->get()));
  if (!fits(status.st_mode)) return std::optional<OpenObject>();
  return std::optional(OpenObject{*std::move(fd), status});
}

std::unique_ptr<const EntryFormat> make_entry_format(DiskLayout layout,
                                                     const EntryFormat::Options& options) {
  if (layout == DiskLayout::packed) return std::make_unique<const PackedEntries>(options);
  return std::make_unique<const DirectoryEntries>(options);
}

}  // namespace larder::disk
