#include "backend/disk/sweep.h"

#include "backend/disk/layout.h"
#include "sys/directory.h"
#include "sys/file.h"
#include "sys/flock.h"
#include "util/try.h"

#include <fcntl.h>

#include <vector>

namespace larder::disk {
namespace {

/// The change time and not the modification time: a replaced entry, which keeps the time of its
/// last use, lies here for a moment before it is counted and deleted.
std::chrono::system_clock::time_point changed_at(const struct stat& status) {
  return std::chrono::system_clock::time_point(std::chrono::seconds(status.st_ctim.tv_sec) +
                                               std::chrono::nanoseconds(status.st_ctim.tv_nsec));
}

/// Removes or tells the temporary unless somebody has it.
Result<void> sweep_one(const WritableStore& store, int tmp, const std::string& name, unsigned shard,
                       const SweepOptions& options) {
  LARDER_TRY(const auto status, sys::stat_at(tmp, name, AT_SYMLINK_NOFOLLOW));
  if (!status) return {};
  if (options.min_age && options.now - changed_at(*status) < *options.min_age) return {};
  if (!S_ISREG(status->st_mode) && !S_ISDIR(status->st_mode)) return {};
  const auto fd = sys::open_at(tmp, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (!fd || !sys::flock_try(fd->get())) return {};  // gone, another's, or its writer lives
  // Its publisher holds the shard's lock from the exchange until the old entry is deleted.
  LARDER_TRY(const auto lock, store.own.locks().try_take(shard));
  if (!lock) return {};
  LARDER_TRY(const auto now, sys::stat_at(tmp, name, AT_SYMLINK_NOFOLLOW));
  if (!now || now->st_ino != status->st_ino) return {};
  if (options.on_leftover) options.on_leftover(name);
  if (!options.removes) return {};
  const auto kind = S_ISDIR(now->st_mode) ? Temporary::Kind::directory : Temporary::Kind::file;
  return remove_object(tmp, name, kind);
}

/// The temporaries in a directory in that of the temporaries, or in this one itself. Gives the
/// shards that have a directory there.
Result<std::vector<unsigned>> sweep_dir(const WritableStore& store, const std::string& path,
                                        const SweepOptions& options) {
  std::vector<unsigned> shards;
  LARDER_TRY(auto dir,
             sys::open_existing_at(store.own.tmp(), path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  if (!dir) return shards;
  LARDER_TRY(auto reader, sys::DirectoryReader::open(*std::move(dir)));
  for (;;) {
    LARDER_TRY(const dirent* entry, reader.next());
    if (entry == nullptr) return shards;
    const std::string name = entry->d_name;
    if (const auto shard = layout::parse_temporary(name)) {
      LARDER_CHECK(sweep_one(store, reader.fd(), name, *shard, options));
    } else if (const auto directory = layout::parse_shard(name)) {
      shards.push_back(*directory);
    }
  }
}

}  // namespace

Result<void> sweep_temporaries(const WritableStore& store, const SweepOptions& options) {
  LARDER_TRY(const auto shards, sweep_dir(store, ".", options));
  for (const unsigned shard : shards) {
    LARDER_CHECK(sweep_dir(store, layout::shard_name(shard), options));
  }
  return {};
}

Result<void> sweep_shard(const WritableStore& store, unsigned shard, const SweepOptions& options) {
  LARDER_CHECK(sweep_dir(store, ".", options));
  LARDER_CHECK(sweep_dir(store, layout::shard_name(shard), options));
  return {};
}

}  // namespace larder::disk
