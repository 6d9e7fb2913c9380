#pragma once

#include "backend/disk/locks.h"
#include "backend/disk/store_dir.h"
#include "backend/disk/temporary.h"
#include "util/unique_fd.h"
#include <larder/result.h>

namespace larder::disk {

/// The store's own directory, `.larder`, held open for changes: where temporaries, locks and
/// counters are. Movable. Thread-safe.
class OwnDir {
 public:
  /// Opens it after creating what is missing of it. Three syscalls where all is there.
  /// Errors: denied, no_space, invalid_argument (something else is in its place).
  static Result<OwnDir> open_or_create(const StoreDir& store);

  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  [[nodiscard]] const Locks& locks() const noexcept { return locks_; }

  /// From now on, temporaries are made in as many directories as there are shards. Files are made
  /// where the directory lies that they are made in, and ext4 goes over each inode there that has
  /// been freed within minutes before it takes a new one: half a millisecond for a file once many
  /// entries were removed. Lasts as long as the store. One syscall if it is so already, else some
  /// 260. Ends where one cannot be made; what is missing is done without.
  void spread_temporaries() const;

  /// A temporary for an entry of the shard. Errors: as Temporary::create.
  [[nodiscard]] Result<Temporary> make_temporary(unsigned shard, Temporary::Kind kind) const;

  /// A name in the temporaries' directory to move something out to.
  [[nodiscard]] Temporary reserve_temporary(unsigned shard, Temporary::Kind kind) const;

  /// The temporaries' directory, which may have a directory for each shard's.
  [[nodiscard]] int tmp() const noexcept { return tmp_.get(); }

  /// Whether it, or a directory in it, was removed since it was opened.
  [[nodiscard]] bool is_gone() const noexcept;

 private:
  OwnDir(Modes modes, util::UniqueFd fd, util::UniqueFd tmp, util::UniqueFd locks)
      : modes_(modes), fd_(std::move(fd)), tmp_(std::move(tmp)), locks_(modes, std::move(locks)) {}

  Modes modes_;
  util::UniqueFd fd_;
  util::UniqueFd tmp_;
  Locks locks_;
};

}  // namespace larder::disk
