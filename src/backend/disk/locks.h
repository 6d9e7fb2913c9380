#pragma once

#include "backend/disk/modes.h"
#include "util/unique_fd.h"
#include <larder/result.h>

#include <optional>
#include <string>

namespace larder::disk {

enum class LockMode {
  shared,     ///< Along with other shared holders.
  exclusive,  ///< Alone.
};

/// A held lock; released when destroyed, also by the death of the process. Movable. One thread at
/// a time.
class Lock {
 public:
  [[nodiscard]] LockMode mode() const noexcept { return mode_; }

  /// Gives the lock up and takes it exclusively: what it guards may have changed in between.
  /// Waits. Errors: unavailable, io.
  Result<void> retake_exclusive();

 private:
  friend class Locks;
  Lock(util::UniqueFd fd, LockMode mode) : fd_(std::move(fd)), mode_(mode) {}

  util::UniqueFd fd_;
  LockMode mode_;
};

/// The locks of a store, each a file of `.larder/locks`. They exclude threads as well as processes:
/// every holder has an open file description of its own (fcntl(2), F_OFD_SETLKW).
///
/// Order: "evict", "recount", a shard's, "counters". No thread holds two shards'.
/// Two syscalls to take one, one to release it. Thread-safe.
class Locks {
 public:
  /// `dir` is `.larder/locks`.
  Locks(Modes modes, util::UniqueFd dir) : modes_(modes), dir_(std::move(dir)) {}

  /// Waits for the lock. Errors: no_space (no file can be made), unavailable (a file system without
  /// locks), denied, io.
  [[nodiscard]] Result<Lock> take(const std::string& name, LockMode mode) const;

  /// The lock exclusively, or nullopt if another holds it. Errors: as take().
  [[nodiscard]] Result<std::optional<Lock>> try_take(const std::string& name) const;

  /// The same for a shard.
  [[nodiscard]] Result<Lock> take(unsigned shard, LockMode mode) const;
  [[nodiscard]] Result<std::optional<Lock>> try_take(unsigned shard) const;

  /// The directory of the locks.
  [[nodiscard]] int dir() const noexcept { return dir_.get(); }

 private:
  Modes modes_;
  util::UniqueFd dir_;
};

}  // namespace larder::disk
