#include "sys/directory.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <string_view>

#include <cerrno>

namespace larder::sys {

Result<DirectoryReader> DirectoryReader::open(util::UniqueFd dir) {
  DIR* stream = ::fdopendir(dir.get());
  if (stream == nullptr) return fail(Error::from_errno(errno, "read directory"));
  (void)dir.release();  // now the stream's
  return DirectoryReader(stream);
}

Result<const dirent*> DirectoryReader::next() {
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream_.get());
    const int os_error = errno;
    if (entry == nullptr && os_error != 0) {
      return fail(Error::from_errno(os_error, "read directory"));
    }
    if (entry == nullptr) return nullptr;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") return entry;
  }
}

bool DirectoryReader::is_directory(const dirent& entry) const {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
  struct stat status = {};
  return ::fstatat(fd(), entry.d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISDIR(status.st_mode);
}

void spread_directories(int dir) noexcept {
  int flags = 0;
  if (::ioctl(dir, FS_IOC_GETFLAGS, &flags) != 0) return;
  flags |= FS_TOPDIR_FL;
  (void)::ioctl(dir, FS_IOC_SETFLAGS, &flags);
}

}  // namespace larder::sys
