#include "backend/disk/modes.h"

#include "sys/file.h"
#include "util/try.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

namespace larder::disk {
namespace {

constexpr mode_t kSharedDirMode = 02775;
constexpr mode_t kSharedFileMode = 0664;

}  // namespace

Result<util::UniqueFd> Modes::make_file(int dir, const std::string& name, int flags) const {
  LARDER_TRY(util::UniqueFd fd, sys::open_at(dir, name, O_RDWR | O_CREAT | O_NOFOLLOW | flags));
  // Only the owner may, and only a new file needs it: who made an old one did the same.
  if (is_shared_) (void)::fchmod(fd.get(), kSharedFileMode);
  return fd;
}

Result<bool> Modes::make_dir(int dir, const std::string& name) const {
  LARDER_TRY(const bool is_new, sys::make_dir_at(dir, name));
  if (is_new && is_shared_ && ::fchmodat(dir, name.c_str(), kSharedDirMode, 0) != 0) {
    const int os_error = errno;
    return fail(Error::from_errno(os_error, "chmod " + name));
  }
  return is_new;
}

void Modes::adopt_dir(int fd) const noexcept {
  // Fails where another member was first, who does it then.
  if (is_shared_) (void)::fchmod(fd, kSharedDirMode);
}

}  // namespace larder::disk
