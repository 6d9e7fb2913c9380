#pragma once

#include "util/bytes.h"
#include "util/unique_fd.h"
#include <larder/result.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <cstdint>

/// System calls on files with errors as values. Each is one syscall unless it says otherwise,
/// restarts after EINTR, sets close-on-exec, and names the call and the path in its Error.
/// Paths are relative to `dir`, AT_FDCWD for the working directory. Thread-safe.
namespace larder::sys {

/// openat with O_CLOEXEC.
Result<util::UniqueFd> open_at(int dir, const std::string& path, int flags, mode_t mode = 0666);

/// openat, where a missing file or parent directory is nullopt.
Result<std::optional<util::UniqueFd>> open_existing_at(int dir, const std::string& path, int flags);

/// A new file without a name in `$TMPDIR`, `/tmp` where that is not set: open for reading and
/// writing, and gone when it is closed. Not safe beside setenv.
Result<util::UniqueFd> open_unnamed();

/// Reads until `out` is full or the file ends; gives the number of bytes. pread at `offset`.
Result<std::size_t> read_at(int fd, std::span<std::byte> out, std::uint64_t offset);

/// Reads what there is at the descriptor's position, which may be a pipe's: at least one byte, or
/// none at the end.
Result<std::size_t> read_some(int fd, std::span<std::byte> out);

/// Reads exactly `out.size()` bytes. Errors: corrupt if the file ends before.
Result<void> read_exactly_at(int fd, std::span<std::byte> out, std::uint64_t offset);

/// The whole file from its start. Errors: no_space if it is longer than `max_bytes`.
Result<util::ByteBuffer> read_file(int dir, const std::string& path, std::uint64_t max_bytes);

/// The descriptor's position, if bytes can be written at any place from it on: not in what is no
/// regular file, nor in one that is only appended to. Three syscalls.
std::optional<std::uint64_t> place_in_file(int fd) noexcept;

/// Moves the descriptor's position. lseek.
Result<void> move_to(int fd, std::uint64_t place);

/// Has the file system set aside the space for so many bytes that will be written at `place`: it
/// then does not look for some with every block, which takes a third off writing 16 MB on ext4. No
/// more than a wish; the file's size stays. fallocate, 20 us.
void reserve(int fd, std::uint64_t place, std::uint64_t bytes) noexcept;

/// Writes all bytes at the descriptor's position.
Result<void> write_all(int fd, util::ByteSpan bytes);

/// Copies in the kernel from `from` at `offset` to the position of `to`, as far as that goes; gives
/// how far. No error matters: file systems and kinds of file that cannot do it, and real failures,
/// all come up when the rest is written. copy_file_range.
std::uint64_t copy_in_kernel(int from, std::uint64_t offset, std::uint64_t length, int to) noexcept;

/// Has `to` share the blocks of `from`, where the file system can do that and both places begin
/// with a block; gives whether it has. One ioctl.
bool clone(int from, std::uint64_t offset, std::uint64_t length, int to,
           std::uint64_t place) noexcept;

/// Writes all bytes at `offset` by pwrite.
Result<void> write_all_at(int fd, util::ByteSpan bytes, std::uint64_t offset);

/// fsync: what was written to the file, or the names made in the directory, survive a power cut.
/// Milliseconds.
Result<void> sync_fd(int fd);

/// A name beside `path` that no other thread or process uses: for a temporary to be renamed.
std::string temporary_name(const std::string& path);

/// Makes or replaces a file, whole or not at all: a temporary beside it is renamed over it. Four
/// syscalls.
Result<void> replace_file(int dir, const std::string& path, util::ByteSpan bytes, mode_t mode);

Result<struct stat> stat_fd(int fd);

/// fstatat; a missing file or parent directory is nullopt. `flags` as fstatat's.
Result<std::optional<struct stat>> stat_at(int dir, const std::string& path, int flags = 0);

/// Creates one directory; gives whether it was new.
Result<bool> make_dir_at(int dir, const std::string& path, mode_t mode = 0777);

/// Creates a directory and what is missing above it. A syscall for each level that is missing,
/// and one.
Result<void> make_dirs(const std::string& path, mode_t mode = 0777);

/// Unlinks; gives whether there was something. `flags` as unlinkat's.
Result<bool> unlink_at(int dir, const std::string& path, int flags = 0);

/// renameat, or with `flags` RENAME_NOREPLACE or RENAME_EXCHANGE renameat2.
Result<void> rename_at(int from_dir, const std::string& from, int to_dir, const std::string& to,
                       unsigned flags = 0);

/// The directory part of a path: "." for one without.
std::string parent_path(std::string_view path);

}  // namespace larder::sys
