#include "sys/new_file.h"

#include "sys/file.h"
#include "util/try.h"

#include <unistd.h>

#include <atomic>
#include <utility>

#include <cerrno>
#include <cstdio>

namespace larder::sys {

Result<NewFile> NewFile::create_beside(const std::string& path) {
  static std::atomic<unsigned> serial = 0;
  const std::string stem = parent_path(path) + "/.larder-" + std::to_string(::getpid());
  while (true) {
    std::string name = stem + '-' + std::to_string(++serial);
    auto fd = open_at(AT_FDCWD, name, O_WRONLY | O_CREAT | O_EXCL);
    if (fd) return NewFile(std::move(name), *std::move(fd));
    // Left by a process of the same number, here or on another host: take the next name.
    if (fd.error().os_error() != EEXIST) return fail(std::move(fd).error());
  }
}

NewFile::NewFile(NewFile&& other) noexcept
    : name_(std::exchange(other.name_, {})), fd_(std::move(other.fd_)) {}

NewFile::~NewFile() {
  // Nothing can be done about a temporary that cannot be unlinked.
  if (!name_.empty()) (void)unlink_at(AT_FDCWD, name_);
}

Result<void> NewFile::commit(const std::string& path) {
  LARDER_CHECK(rename_at(AT_FDCWD, name_, AT_FDCWD, path));
  name_.clear();
  return {};
}

Result<void> NewFile::commit_over(const std::string& path) {
  // Where the file system cannot exchange, or the old file is gone by now, a rename will do.
  if (!rename_at(AT_FDCWD, name_, AT_FDCWD, path, RENAME_EXCHANGE)) return commit(path);
  (void)unlink_at(AT_FDCWD, std::exchange(name_, {}));  // the old file; the new one is in place
  return {};
}

}  // namespace larder::sys
