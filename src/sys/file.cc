#include "sys/file.h"

#include "util/try.h"

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <atomic>
#include <vector>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace larder::sys {
namespace {

/// Repeats a call that gives -1 while a signal interrupts it.
template <typename Call>
auto restarting(Call call) {
  auto outcome = call();
  while (outcome < 0 && errno == EINTR) outcome = call();
  return outcome;
}

tl::unexpected<Error> failed(int os_error, std::string_view call, std::string_view path) {
  std::string what(call);
  what += ' ';
  what += path;
  return fail(Error::from_errno(os_error, what));
}

tl::unexpected<Error> failed_fd(int os_error, std::string_view call, int fd) {
  return failed(os_error, call, "descriptor " + std::to_string(fd));
}

bool is_absence(int os_error) { return os_error == ENOENT || os_error == ENOTDIR; }

}  // namespace

Result<util::UniqueFd> open_at(int dir, const std::string& path, int flags, mode_t mode) {
  const int fd = restarting([&] { return ::openat(dir, path.c_str(), flags | O_CLOEXEC, mode); });
  if (fd < 0) return failed(errno, "open", path);
  return util::UniqueFd(fd);
}

Result<std::optional<util::UniqueFd>> open_existing_at(int dir, const std::string& path,
                                                       int flags) {
  const int fd = restarting([&] { return ::openat(dir, path.c_str(), flags | O_CLOEXEC); });
  if (fd >= 0) return std::optional(util::UniqueFd(fd));
  const int os_error = errno;
  if (is_absence(os_error)) return std::optional<util::UniqueFd>();
  return failed(os_error, "open", path);
}

Result<util::UniqueFd> open_unnamed() {
  const char* const variable = std::getenv("TMPDIR");
  const std::string directory = variable != nullptr && *variable != '\0' ? variable : "/tmp";
  auto unnamed = open_at(AT_FDCWD, directory, O_TMPFILE | O_RDWR, 0600);
  if (unnamed || unnamed.error().os_error() != EOPNOTSUPP) return unnamed;
  std::string path = directory + "/larder-XXXXXX";
  util::UniqueFd named(::mkostemp(path.data(), O_CLOEXEC));
  const int os_error = errno;
  if (!named) return fail(Error::from_errno(os_error, "create a file in " + directory));
  LARDER_CHECK(unlink_at(AT_FDCWD, path));
  return named;
}

Result<std::size_t> read_at(int fd, std::span<std::byte> out, std::uint64_t offset) {
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t got = restarting([&] {
      return ::pread(fd, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
    });
    if (got < 0) return failed_fd(errno, "read", fd);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

Result<std::size_t> read_some(int fd, std::span<std::byte> out) {
  const ssize_t got = restarting([&] { return ::read(fd, out.data(), out.size()); });
  if (got < 0) return failed_fd(errno, "read", fd);
  return static_cast<std::size_t>(got);
}

Result<void> read_exactly_at(int fd, std::span<std::byte> out, std::uint64_t offset) {
  LARDER_TRY(const std::size_t got, read_at(fd, out, offset));
  if (got != out.size()) {
    return fail(ErrorCode::corrupt, "read " + std::to_string(out.size()) + " bytes at " +
                                        std::to_string(offset) + ": the file ends after " +
                                        std::to_string(got));
  }
  return {};
}

Result<util::ByteBuffer> read_file(int dir, const std::string& path, std::uint64_t max_bytes) {
  LARDER_TRY(const util::UniqueFd fd, open_at(dir, path, O_RDONLY));
  LARDER_TRY(const struct stat status, stat_fd(fd.get()));
  const auto expected = static_cast<std::uint64_t>(status.st_size);
  if (expected > max_bytes) {
    return fail(ErrorCode::no_space, "read " + path + ": it has " + std::to_string(expected) +
                                         " bytes, more than the " + std::to_string(max_bytes) +
                                         " allowed");
  }
  util::ByteBuffer bytes(expected);
  LARDER_TRY(const std::size_t got, read_at(fd.get(), bytes, 0));
  bytes.resize(got);
  return bytes;
}

std::optional<std::uint64_t> place_in_file(int fd) noexcept {
  struct stat status = {};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || (flags & O_APPEND) != 0) return std::nullopt;
  const off_t place = ::lseek(fd, 0, SEEK_CUR);
  if (place < 0) return std::nullopt;
  return static_cast<std::uint64_t>(place);
}

Result<void> move_to(int fd, std::uint64_t place) {
  if (::lseek(fd, static_cast<off_t>(place), SEEK_SET) >= 0) return {};
  return fail(Error::from_errno(errno, "lseek"));
}

void reserve(int fd, std::uint64_t place, std::uint64_t bytes) noexcept {
  (void)::fallocate(fd, FALLOC_FL_KEEP_SIZE, static_cast<off_t>(place), static_cast<off_t>(bytes));
}

bool clone(int from, std::uint64_t offset, std::uint64_t length, int to,
           std::uint64_t place) noexcept {
  file_clone_range range = {
      .src_fd = from, .src_offset = offset, .src_length = length, .dest_offset = place};
  return ::ioctl(to, FICLONERANGE, &range) == 0;
}

std::uint64_t copy_in_kernel(int from, std::uint64_t offset, std::uint64_t length,
                             int to) noexcept {
  std::uint64_t done = 0;
  while (done < length) {
    auto at = static_cast<off64_t>(offset + done);
    const ssize_t copied = ::copy_file_range(from, &at, to, nullptr, length - done, 0);
    if (copied <= 0) break;
    done += static_cast<std::uint64_t>(copied);
  }
  return done;
}

Result<void> write_all(int fd, util::ByteSpan bytes) {
  while (!bytes.empty()) {
    const ssize_t put = restarting([&] { return ::write(fd, bytes.data(), bytes.size()); });
    if (put < 0) return failed_fd(errno, "write", fd);
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
  return {};
}

Result<void> write_all_at(int fd, util::ByteSpan bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t put = restarting(
        [&] { return ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
    if (put < 0) return failed_fd(errno, "write", fd);
    bytes = bytes.subspan(static_cast<std::size_t>(put));
    offset += static_cast<std::uint64_t>(put);
  }
  return {};
}

Result<void> sync_fd(int fd) {
  if (::fsync(fd) != 0) return failed_fd(errno, "sync", fd);
  return {};
}

std::string temporary_name(const std::string& path) {
  static std::atomic<unsigned> count = 0;
  return path + ".new-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
}

Result<void> replace_file(int dir, const std::string& path, util::ByteSpan bytes, mode_t mode) {
  const std::string temporary = temporary_name(path);
  LARDER_TRY(const auto fd, open_at(dir, temporary, O_WRONLY | O_CREAT | O_TRUNC, mode));
  auto replaced = write_all(fd.get(), bytes);
  if (replaced) replaced = rename_at(dir, temporary, dir, path);
  if (!replaced) (void)unlink_at(dir, temporary);  // the first error is the one to tell
  return replaced;
}

Result<struct stat> stat_fd(int fd) {
  struct stat status = {};
  if (::fstat(fd, &status) != 0) return failed_fd(errno, "stat", fd);
  return status;
}

Result<std::optional<struct stat>> stat_at(int dir, const std::string& path, int flags) {
  struct stat status = {};
  if (::fstatat(dir, path.c_str(), &status, flags) == 0) return std::optional(status);
  const int os_error = errno;
  if (is_absence(os_error)) return std::optional<struct stat>();
  return failed(os_error, "stat", path);
}

Result<bool> make_dir_at(int dir, const std::string& path, mode_t mode) {
  if (::mkdirat(dir, path.c_str(), mode) == 0) return true;
  const int os_error = errno;
  if (os_error == EEXIST) return false;
  return failed(os_error, "mkdir", path);
}

Result<void> make_dirs(const std::string& path, mode_t mode) {
  std::vector<std::string> missing = {path};
  bool is_descending = false;
  while (!missing.empty()) {
    if (::mkdir(missing.back().c_str(), mode) == 0 || errno == EEXIST) {
      missing.pop_back();
      is_descending = true;
      continue;
    }
    const int os_error = errno;
    std::string parent = parent_path(missing.back());
    // Below something that exists: a link that leads nowhere, or what was just made is gone again.
    const bool is_final = os_error != ENOENT || is_descending || parent == missing.back();
    if (is_final) return failed(os_error, "mkdir", path);
    missing.push_back(std::move(parent));
  }
  return {};
}

Result<bool> unlink_at(int dir, const std::string& path, int flags) {
  if (::unlinkat(dir, path.c_str(), flags) == 0) return true;
  const int os_error = errno;
  if (is_absence(os_error)) return false;
  return failed(os_error, "unlink", path);
}

Result<void> rename_at(int from_dir, const std::string& from, int to_dir, const std::string& to,
                       unsigned flags) {
  // Without flags by the older call, which every kernel and file system has.
  const int outcome = flags == 0 ? ::renameat(from_dir, from.c_str(), to_dir, to.c_str())
                                 : ::renameat2(from_dir, from.c_str(), to_dir, to.c_str(), flags);
  if (outcome == 0) return {};
  const int os_error = errno;
  return failed(os_error, "rename", from + " to " + to);
}

std::string parent_path(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  if (slash == 0) return "/";
  return std::string(path.substr(0, slash));
}

}  // namespace larder::sys
