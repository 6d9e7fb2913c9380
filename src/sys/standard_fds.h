#pragma once

namespace larder::sys {

/// Opens those of the descriptors 0 to 2 that are closed, so that no file opened later becomes
/// standard output: 0 and 2 on /dev/null, 1 such that writing to it fails. One syscall when all are
/// open. To be called before there are threads.
void open_closed_standard_fds() noexcept;

}  // namespace larder::sys
