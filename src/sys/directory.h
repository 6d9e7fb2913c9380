#pragma once

#include "util/unique_fd.h"
#include <larder/result.h>

#include <dirent.h>

#include <memory>
#include <string>

namespace larder::sys {

/// Reads the names in a directory, in no particular order. Names that come or go meanwhile may or
/// may not be seen. Movable. One thread at a time.
class DirectoryReader {
 public:
  /// Takes over the descriptor of a directory open for reading. Errors: denied, io.
  static Result<DirectoryReader> open(util::UniqueFd dir);

  /// The next name other than "." and "..", valid until the next call; nullptr at the end.
  /// A syscall for every few hundred names.
  Result<const dirent*> next();

  /// The directory's descriptor.
  [[nodiscard]] int fd() const noexcept { return ::dirfd(stream_.get()); }

  /// Whether the name is a directory itself (no link to one). A syscall only on the file systems
  /// that do not tell types with names.
  [[nodiscard]] bool is_directory(const dirent& entry) const;

 private:
  struct Close {
    void operator()(DIR* stream) const noexcept { (void)::closedir(stream); }
  };

  explicit DirectoryReader(DIR* stream) : stream_(stream) {}

  std::unique_ptr<DIR, Close> stream_;
};

/// Asks for the directories that will be made in this one to lie far from each other on the disk,
/// with the files in them: ext4's flag for the top of a hierarchy (FS_TOPDIR_FL in linux/fs.h,
/// chattr +T). No more than a wish: other file systems go on as ever. Two syscalls.
void spread_directories(int dir) noexcept;

}  // namespace larder::sys
