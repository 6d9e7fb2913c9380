#include "sys/flock.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace larder::sys {
namespace {

// By number: this floor's own file.h stands before the C library's <sys/file.h>, which declares it.
bool flock_call(int fd, int operation) noexcept {
  long outcome = ::syscall(SYS_flock, fd, operation);
  while (outcome != 0 && errno == EINTR) outcome = ::syscall(SYS_flock, fd, operation);
  return outcome == 0;
}

}  // namespace

bool flock_wait(int fd) noexcept { return flock_call(fd, LOCK_EX); }

bool flock_try(int fd) noexcept { return flock_call(fd, LOCK_EX | LOCK_NB); }

}  // namespace larder::sys
