#pragma once

namespace larder::sys {

/// flock(2): a lock on an open file or directory, whatever it was opened for, held until its last
/// descriptor is closed. False where the file system has no locks.
bool flock_wait(int fd) noexcept;

/// The same without waiting: false also if another holds it.
bool flock_try(int fd) noexcept;

}  // namespace larder::sys
