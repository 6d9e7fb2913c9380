#include "sys/mapped_file.h"

#include "sys/file.h"
#include "util/try.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include <cerrno>
#include <cstdio>

namespace larder::sys {
namespace {

Result<util::UniqueFd> write_new(int dir, const std::string& name,
                                 const MappedFile::Format& format) {
  LARDER_TRY(util::UniqueFd fd,
             open_at(dir, name, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW, format.mode));
  const auto size = static_cast<off_t>(format.size);
  if (format.is_sparse ? ::ftruncate(fd.get(), size) != 0
                       : ::fallocate(fd.get(), 0, 0, size) != 0) {
    return fail(Error::from_errno(errno, "allocate " + name));
  }
  LARDER_CHECK(write_all_at(fd.get(), format.header, 0));
  return fd;
}

/// Gives the new file its name. Of several processes that make it at once, one wins and all use
/// that one; only a file of another format is replaced.
Result<void> place(int dir, const std::string& temporary, const std::string& path,
                   const MappedFile::Format& format) {
  auto placed = rename_at(dir, temporary, dir, path, RENAME_NOREPLACE);
  if (placed) return placed;
  const int os_error = placed.error().os_error();
  if (os_error == EEXIST) {
    LARDER_TRY(const auto winner, MappedFile::open(dir, path, format));
    if (winner) return unlink_at(dir, temporary).map([](bool) {});
  } else if (os_error != EINVAL && os_error != ENOSYS) {
    return placed;
  }
  return rename_at(dir, temporary, dir, path);
}

}  // namespace

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) (void)::munmap(data_, size_);  // cannot fail for a mapping of our own
}

Result<std::optional<MappedFile>> MappedFile::open(int dir, const std::string& path,
                                                   const Format& format) {
  LARDER_TRY(auto fd, open_existing_at(dir, path, O_RDWR | O_NOFOLLOW));
  if (!fd) return std::optional<MappedFile>();
  LARDER_TRY(const struct stat status, stat_fd(fd->get()));
  // Blocks are in units of 512 bytes: a copied file may have become sparse.
  const auto allocated = static_cast<std::uint64_t>(status.st_blocks) * 512;
  const auto size = static_cast<std::uint64_t>(status.st_size);
  const bool has_size = format.may_grow ? size >= format.size : size == format.size;
  const bool is_allocated = format.is_sparse || allocated >= format.size;
  if (!S_ISREG(status.st_mode) || !has_size || !is_allocated) return std::optional<MappedFile>();
  const int access = format.is_sparse ? PROT_READ : PROT_READ | PROT_WRITE;
  void* data = ::mmap(nullptr, size, access, MAP_SHARED, fd->get(), 0);
  if (data == MAP_FAILED) return fail(Error::from_errno(errno, "map " + path));
  MappedFile mapped(*std::move(fd), static_cast<std::byte*>(data), size);
  if (!std::ranges::equal(format.header, mapped.bytes().first(format.header.size()))) {
    return std::optional<MappedFile>();
  }
  return std::optional<MappedFile>(std::move(mapped));
}

Result<void> MappedFile::write_at(util::ByteSpan bytes, std::uint64_t offset) const {
  return write_all_at(fd_.get(), bytes, offset);
}

Result<MappedFile> MappedFile::open_or_create(int dir, const std::string& path,
                                              const Format& format) {
  LARDER_TRY(auto existing, open(dir, path, format));
  if (existing) return *std::move(existing);
  const std::string temporary = temporary_name(path);
  auto written = write_new(dir, temporary, format);
  auto placed = written ? place(dir, temporary, path, format) : Result<void>();
  if (!written || !placed) {
    (void)unlink_at(dir, temporary);  // the first error is the one to tell
    return fail(written ? std::move(placed).error() : std::move(written).error());
  }
  LARDER_TRY(auto mapped, open(dir, path, format));
  if (!mapped) return fail(ErrorCode::unavailable, "map " + path + ": it was replaced meanwhile");
  return *std::move(mapped);
}

}  // namespace larder::sys
