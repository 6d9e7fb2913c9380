#include "backend/disk/last_use.h"

#include <sys/stat.h>

#include <cerrno>

namespace larder::disk {

Result<void> set_last_use(int fd, std::chrono::system_clock::time_point when) {
  const auto since = when.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  const timespec mtime = {
      .tv_sec = seconds.count(),
      .tv_nsec = std::chrono::duration_cast<std::chrono::nanoseconds>(since - seconds).count()};
  const timespec times[2] = {{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, mtime};
  if (::futimens(fd, times) == 0) return {};
  const int os_error = errno;
  // Only the owner may choose a time, but every member of a group that shares a store may set the
  // present one.
  if (os_error == EPERM && ::futimens(fd, nullptr) == 0) return {};
  return fail(Error::from_errno(os_error, "set last use"));
}

}  // namespace larder::disk
