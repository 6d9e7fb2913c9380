#pragma once

#include "sys/mapped_file.h"
#include "util/hash.h"
#include <larder/result.h>

#include <sys/stat.h>

#include <optional>
#include <string>

#include <cstdint>

namespace larder::compile {

/// The stat data that stand for a file's content: while they are unchanged, so is what it holds.
/// Known limit: a store through an existing shared mapping changes none of them.
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;     ///< Bytes.
  std::int64_t mtime_ns = 0;  ///< Since the epoch.
  std::int64_t ctime_ns = 0;  ///< Since the epoch.

  static FileStamp of(const struct stat& status) noexcept;

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

/// Digests remembered by stamp, in a file mapped by all processes of one user; doc/format/state.md.
/// A record says what was true of the file that had the stamp, so it never needs to be removed.
/// Lock-free: a record torn by two writers fails its checksum and is not seen. One thread at a time
/// in a process.
class InodeCache {
 public:
  /// Opens the cache at `path`, or gives nullopt if there is none. Errors: denied, io.
  static Result<std::optional<InodeCache>> open(const std::string& path);

  /// The same, making it if there is none: 4 MiB, of which what is written takes space.
  /// Errors: no_space, denied, io.
  static Result<InodeCache> open_or_create(const std::string& path);

  /// What was remembered for a file of this stamp. `purpose` keeps digests of different things
  /// apart: 0 for the file's content. No syscall.
  [[nodiscard]] std::optional<util::Digest> find(const FileStamp& stamp,
                                                 std::uint64_t purpose = 0) const noexcept;

  /// Remembers; where the disk is full, not. The caller has made sure that no later change can
  /// leave the stamp as it is. One syscall.
  void insert(const FileStamp& stamp, const util::Digest& digest,
              std::uint64_t purpose = 0) noexcept;

 private:
  explicit InodeCache(sys::MappedFile file) : file_(std::move(file)) {}

  sys::MappedFile file_;
};

}  // namespace larder::compile
