#pragma once

#include "util/bytes.h"
#include "util/unique_fd.h"
#include <larder/result.h>

#include <optional>
#include <span>
#include <string>
#include <utility>

#include <cstddef>
#include <cstdint>

namespace larder::sys {

/// A file mapped shared and writable, for state that processes update in place. Every byte of it is
/// allocated (a store to a sparse mapping on a full disk dies of SIGBUS), unless it is told to be
/// sparse and mapped for reading alone; and it is never truncated. What is appended to it later is
/// not mapped. Movable.
/// Thread-safe as far as the caller's access to the bytes is.
class MappedFile {
 public:
  /// How to make and recognise the file.
  struct Format {
    std::uint64_t size = 0;             ///< Length in bytes; any other is not this format,
    bool may_grow = false;              ///< but for a longer one, where processes append to it.
    bool is_sparse = false;             ///< Changed by write_at() only, which allocates.
    std::span<const std::byte> header;  ///< First bytes of a sound file; a new one gets them.
    unsigned mode = 0600;               ///< Permissions of a new file, less the umask.
  };

  MappedFile() = default;
  MappedFile(MappedFile&& other) noexcept
      : fd_(std::move(other.fd_)),
        data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)) {}
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  /// Maps the file at `path` (relative to `dir`), or gives nullopt if there is none of this format.
  /// Three syscalls. Errors: denied, io.
  static Result<std::optional<MappedFile>> open(int dir, const std::string& path,
                                                const Format& format);

  /// The same, making the file if there is none and replacing one that is not of this format: a
  /// complete file takes its name by rename, so nobody sees a part. Processes that hold a replaced
  /// file keep it. Errors: no_space, denied, io.
  static Result<MappedFile> open_or_create(int dir, const std::string& path, const Format& format);

  [[nodiscard]] std::span<std::byte> bytes() const noexcept { return {data_, size_}; }
  explicit operator bool() const noexcept { return data_ != nullptr; }

  /// Writes to the file, which shows in all mappings of it. One syscall.
  /// Errors: no_space, denied, io.
  Result<void> write_at(util::ByteSpan bytes, std::uint64_t offset) const;

 private:
  MappedFile(util::UniqueFd fd, std::byte* data, std::size_t size)
      : fd_(std::move(fd)), data_(data), size_(size) {}

  util::UniqueFd fd_;
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace larder::sys
