#include "sys/standard_fds.h"

#include <fcntl.h>
#include <unistd.h>

namespace larder::sys {

void open_closed_standard_fds() noexcept {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) continue;
    // The lowest free number is this one. Where even /dev/null is missing there is nothing to do.
    (void)::open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace larder::sys
