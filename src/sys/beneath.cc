#include "sys/beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <string_view>

#include <cerrno>

namespace larder::sys {
namespace {

int open_in_one_call(int dir, const char* path, int flags) {
  open_how how = {};
  how.flags = static_cast<unsigned>(flags | O_NOFOLLOW | O_CLOEXEC);
  how.resolve = RESOLVE_NO_SYMLINKS;
  return static_cast<int>(::syscall(SYS_openat2, dir, path, &how, sizeof how));
}

int open_by_component(int dir, std::string_view path, int flags) {
  util::UniqueFd above;
  for (auto slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/')) {
    const std::string component(path.substr(0, slash));
    const int parent = above ? above.get() : dir;
    above.reset(::openat(parent, component.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!above) return -1;
    path.remove_prefix(slash + 1);
  }
  const std::string last(path);
  return ::openat(above ? above.get() : dir, last.c_str(), flags | O_NOFOLLOW | O_CLOEXEC);
}

}  // namespace

Result<std::optional<util::UniqueFd>> open_beneath(int dir, const std::string& path, int flags) {
  // Older kernels lack the call, and some sandboxes refuse calls they do not know with EPERM.
  static std::atomic<bool> has_openat2 = true;
  int fd = -1;
  do {
    fd = has_openat2 ? open_in_one_call(dir, path.c_str(), flags)
                     : open_by_component(dir, path, flags);
    if (fd < 0 && has_openat2 && (errno == ENOSYS || errno == EPERM)) {
      has_openat2 = false;
      errno = EINTR;  // once more, the other way
    }
  } while (fd < 0 && errno == EINTR);
  if (fd >= 0) return std::optional(util::UniqueFd(fd));
  const int os_error = errno;
  if (os_error == ENOENT || os_error == ENOTDIR || os_error == ELOOP) {
    return std::optional<util::UniqueFd>();
  }
  return fail(Error::from_errno(os_error, "open " + path));
}

}  // namespace larder::sys
