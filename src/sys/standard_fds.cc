#include "sys/standard_fds.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>

namespace larder::sys {

void open_closed_standard_fds() noexcept {
  std::array<pollfd, 3> standard = {
      {{STDIN_FILENO, 0, 0}, {STDOUT_FILENO, 0, 0}, {STDERR_FILENO, 0, 0}}};
  if (::poll(standard.data(), standard.size(), 0) <= 0) return;
  for (const pollfd& each : standard) {
    if ((each.revents & POLLNVAL) == 0) continue;
    // The lowest free number is this one. Where even /dev/null is missing there is nothing to do.
    (void)::open("/dev/null", each.fd == STDERR_FILENO ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace larder::sys
