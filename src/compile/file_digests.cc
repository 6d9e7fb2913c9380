#include "compile/file_digests.h"

#include "sys/file.h"
#include "util/try.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <string>

#include <ctime>

namespace larder::compile {
namespace {

constexpr std::array<std::int64_t, 9> kUntrusted = {
    AFS_FS_MAGIC,    AFS_SUPER_MAGIC,  CEPH_SUPER_MAGIC, CIFS_SUPER_MAGIC, FUSE_SUPER_MAGIC,
    NFS_SUPER_MAGIC, SMB2_SUPER_MAGIC, SMB_SUPER_MAGIC,  V9FS_MAGIC};

bool is_trusted(const struct statfs& status) {
  return std::ranges::find(kUntrusted, static_cast<std::int64_t>(status.f_type)) ==
         kUntrusted.end();
}

/// Hashes the bytes piece by piece, so that memory does not grow with a library of 100 MB.
Result<util::Digest> hash_streaming(int fd, std::uint64_t size) {
  constexpr std::uint64_t kWindow = std::uint64_t{256} * 1024;
  util::ByteBuffer window(static_cast<std::size_t>(std::min(size, kWindow)));
  util::Blake3 hasher;
  for (std::uint64_t offset = 0; offset < size; offset += window.size()) {
    const auto piece = std::span(window).first(
        static_cast<std::size_t>(std::min<std::uint64_t>(size - offset, window.size())));
    LARDER_CHECK(sys::read_exactly_at(fd, piece, offset));
    hasher.update(piece);
  }
  return hasher.finish();
}

Result<util::Digest> hash_and_show(int fd, std::uint64_t size,
                                   const std::function<void(util::ByteSpan)>& see) {
  util::ByteBuffer bytes(static_cast<std::size_t>(size));
  LARDER_CHECK(sys::read_exactly_at(fd, bytes, 0));
  see(bytes);
  return util::blake3(bytes);
}

Result<HashedFile> read_open(int fd, const struct stat& before,
                             const std::function<void(util::ByteSpan)>& see) {
  const FileStamp stamp = FileStamp::of(before);
  LARDER_TRY(const util::Digest digest,
             see ? hash_and_show(fd, stamp.size, see) : hash_streaming(fd, stamp.size));
  LARDER_TRY(const struct stat after, sys::stat_fd(fd));
  if (stamp != FileStamp::of(after)) {
    return fail(ErrorCode::unavailable, "it changed while it was read");
  }
  return HashedFile{stamp, digest};
}

}  // namespace

std::int64_t coarse_now_ns() noexcept {
  struct timespec now = {};
  (void)::clock_gettime(CLOCK_REALTIME_COARSE, &now);  // cannot fail for a clock every Linux has
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

bool is_on_trusted_file_system(const char* path) noexcept {
  struct statfs status = {};
  return ::statfs(path, &status) == 0 && is_trusted(status);
}

bool is_on_trusted_file_system(int fd) noexcept {
  struct statfs status = {};
  return ::fstatfs(fd, &status) == 0 && is_trusted(status);
}

std::optional<HashedFile> FileDigests::known(const char* path) const noexcept {
  struct stat status = {};
  if (!inodes_ || ::stat(path, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  const FileStamp stamp = FileStamp::of(status);
  const auto digest = inodes_->find(stamp);
  return digest ? std::optional(HashedFile{stamp, *digest}) : std::nullopt;
}

Result<std::optional<HashedFile>> FileDigests::hash(const char* path) {
  if (const auto known = this->known(path)) return known;
  return read(path, {});
}

Result<std::optional<HashedFile>> FileDigests::read(
    const char* path, const std::function<void(util::ByteSpan)>& see) {
  const std::int64_t now = coarse_now_ns();
  // O_NONBLOCK: a FIFO must not stall the build.
  LARDER_TRY(const auto fd, sys::open_existing_at(AT_FDCWD, path, O_RDONLY | O_NONBLOCK));
  if (!fd) return std::optional<HashedFile>();
  LARDER_TRY(const struct stat before, sys::stat_fd(fd->get()));
  if (!S_ISREG(before.st_mode)) return std::optional<HashedFile>();
  auto hashed = read_open(fd->get(), before, see);
  if (!hashed) return fail(std::move(hashed).error().context(std::string("hash ") + path));
  if (inodes_ && hashed->stamp.ctime_ns < now && hashed->stamp.mtime_ns < now &&
      is_on_trusted_file_system(fd->get())) {
    inodes_->insert(hashed->stamp, hashed->digest);
  }
  return std::optional(*hashed);
}

}  // namespace larder::compile
