#pragma once

#include "compile/inode_cache.h"
#include "util/bytes.h"
#include "util/hash.h"
#include <larder/result.h>

#include <functional>
#include <optional>

#include <cstdint>

namespace larder::compile {

/// A file as it was hashed.
struct HashedFile {
  FileStamp stamp;
  util::Digest digest;
};

/// The digests of files, from the inode cache where their stamp is known there, else by reading
/// them. One thread at a time.
class FileDigests {
 public:
  /// With no inode cache every file is read.
  explicit FileDigests(std::optional<InodeCache> inodes) : inodes_(std::move(inodes)) {}

  /// The digest of the regular file at `path`, if the inode cache knows its stamp. One syscall.
  /// Any number of threads may ask at a time while none calls the others.
  std::optional<HashedFile> known(const char* path) const noexcept;

  /// The digest of the regular file at `path`, or nullopt if there is no such file (or it is a
  /// directory, a device, …). One syscall when the stamp is known, else six and the reading.
  /// Errors: unavailable (it changed while it was read), denied, io.
  Result<std::optional<HashedFile>> hash(const char* path);

  /// The same, always reading, and showing the bytes to `see` on the way (they end with the call).
  Result<std::optional<HashedFile>> read(const char* path,
                                         const std::function<void(util::ByteSpan)>& see);

  /// Null without one.
  [[nodiscard]] InodeCache* inodes() noexcept { return inodes_ ? &*inodes_ : nullptr; }

 private:
  std::optional<InodeCache> inodes_;
};

/// The time against which a stamp is judged: CLOCK_REALTIME_COARSE, which file systems stamp with,
/// in nanoseconds since the epoch. A file whose ctime is not older than this reading may change
/// again without its ctime showing it.
std::int64_t coarse_now_ns() noexcept;

/// Whether the file system of a path or descriptor keeps stamps that can be trusted: neither FUSE
/// nor a network's, whose servers change files without a word. One syscall.
bool is_on_trusted_file_system(const char* path) noexcept;
bool is_on_trusted_file_system(int fd) noexcept;

}  // namespace larder::compile
