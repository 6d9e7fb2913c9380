#include "backend/disk/locks.h"

#include "backend/disk/layout.h"
#include "util/try.h"

#include <fcntl.h>

#include <cerrno>

namespace larder::disk {
namespace {

/// fcntl on the whole file; gives errno, 0 for success.
int set_lock(int fd, int command, short type) {
  struct flock lock = {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  int outcome = ::fcntl(fd, command, &lock);
  while (outcome != 0 && errno == EINTR) outcome = ::fcntl(fd, command, &lock);
  return outcome == 0 ? 0 : errno;
}

tl::unexpected<Error> failed(int os_error, const std::string& name) {
  return fail(Error::from_errno(os_error, "lock " + name));
}

}  // namespace

Result<void> Lock::retake_exclusive() {
  // A conversion in place would deadlock with another holder that converts: both keep their shared
  // lock while they wait.
  (void)set_lock(fd_.get(), F_OFD_SETLK, F_UNLCK);  // cannot fail for a lock that is held
  if (const int os_error = set_lock(fd_.get(), F_OFD_SETLKW, F_WRLCK); os_error != 0) {
    return failed(os_error, "again");
  }
  mode_ = LockMode::exclusive;
  return {};
}

Result<Lock> Locks::take(const std::string& name, LockMode mode) const {
  LARDER_TRY(util::UniqueFd fd, modes_.make_file(dir_.get(), name));
  const short type = mode == LockMode::shared ? F_RDLCK : F_WRLCK;
  if (const int os_error = set_lock(fd.get(), F_OFD_SETLKW, type); os_error != 0) {
    return failed(os_error, name);
  }
  return Lock(std::move(fd), mode);
}

Result<std::optional<Lock>> Locks::try_take(const std::string& name) const {
  LARDER_TRY(util::UniqueFd fd, modes_.make_file(dir_.get(), name));
  const int os_error = set_lock(fd.get(), F_OFD_SETLK, F_WRLCK);
  if (os_error == EAGAIN || os_error == EACCES) return std::optional<Lock>();
  if (os_error != 0) return failed(os_error, name);
  return std::optional(Lock(std::move(fd), LockMode::exclusive));
}

Result<Lock> Locks::take(unsigned shard, LockMode mode) const {
  return take(layout::shard_name(shard), mode);
}

Result<std::optional<Lock>> Locks::try_take(unsigned shard) const {
  return try_take(layout::shard_name(shard));
}

}  // namespace larder::disk
