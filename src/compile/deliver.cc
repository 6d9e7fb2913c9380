#include "compile/deliver.h"

#include "sys/file.h"
#include "sys/new_file.h"
#include "util/try.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>

#include <cerrno>

namespace larder::compile {
namespace {

/// Writes over what is there and cuts off what is too much. To truncate it to nothing first, as the
/// compiler does, would make ext4 write the file out when it is closed: 0.5 ms for a depfile.
Result<void> rewrite(const Blob& blob, const std::string& path) {
  LARDER_TRY(const auto fd, sys::open_at(AT_FDCWD, path, O_WRONLY | O_CREAT));
  LARDER_TRY(const struct stat status, sys::stat_fd(fd.get()));
  const auto size = static_cast<off_t>(blob.size());
  if (S_ISREG(status.st_mode) && status.st_size > size && ::ftruncate(fd.get(), size) != 0) {
    return fail(Error::from_errno(errno, "truncate " + path));
  }
  return blob.write_to(fd.get());
}

Result<void> replace(const Blob& blob, const std::string& path) {
  LARDER_TRY(sys::NewFile file, sys::NewFile::create_beside(path));
  LARDER_CHECK(blob.write_to(file.fd()));
  return file.commit_over(path);
}

/// Whether the compiler replaces what stands at the path rather than writes to it, or to what it
/// leads to: a device, a FIFO, or, for the assembler, nothing yet.
bool is_replaced_whole(const struct stat& link, const std::string& path, Replacement replacement) {
  if (!S_ISREG(link.st_mode) && !S_ISLNK(link.st_mode)) return false;
  struct stat target = link;
  if (S_ISLNK(link.st_mode) && ::stat(path.c_str(), &target) != 0) {
    return replacement == Replacement::renamed;
  }
  if (!S_ISREG(target.st_mode)) return false;
  return replacement == Replacement::renamed || target.st_size != 0;
}

}  // namespace

Replacement replacement_of(CompilerKind kind, OutputKind output) noexcept {
  if (kind == CompilerKind::clang) return Replacement::renamed;
  return output == OutputKind::object ? Replacement::assembler : Replacement::in_place;
}

Result<void> deliver(const Blob& blob, const std::string& path, Replacement replacement) {
  LARDER_TRY(const auto status, sys::stat_at(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW));
  if (!status) return blob.write_to(path);
  if (replacement == Replacement::in_place || !is_replaced_whole(*status, path, replacement)) {
    return rewrite(blob, path);
  }
  // clang refuses to replace a file that it could not have written to.
  if (replacement == Replacement::renamed && ::access(path.c_str(), W_OK) != 0 && errno != ENOENT) {
    return fail(Error::from_errno(errno, "write " + path));
  }
  return replace(blob, path);
}

}  // namespace larder::compile
