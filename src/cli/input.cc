#include "cli/input.h"

#include "sys/file.h"
#include "util/bytes.h"
#include "util/try.h"

#include <fcntl.h>
#include <unistd.h>

#include <span>
#include <string>
#include <utility>
#include <vector>

#include <cerrno>
#include <cstdint>

namespace larder::cli {
namespace {

/// Copies what is left of `from`.
Result<util::UniqueFd> spool(int from, Progress& progress) {
  constexpr std::size_t kPieceBytes = std::size_t{1} << 18;
  LARDER_TRY(util::UniqueFd copy, sys::open_unnamed());
  std::vector<std::byte> piece(kPieceBytes);
  std::uint64_t total = 0;
  while (true) {
    LARDER_TRY(const std::size_t got, sys::read_some(from, piece));
    if (got == 0) return copy;
    LARDER_CHECK(sys::write_all(copy.get(), util::ByteSpan(piece).first(got)));
    total += got;
    progress.set(total);
  }
}

Result<util::UniqueFd> open_operand(std::string_view path) {
  if (path != kStandardInput) return sys::open_at(AT_FDCWD, std::string(path), O_RDONLY);
  util::UniqueFd copy(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  const int os_error = errno;
  if (!copy) return fail(Error::from_errno(os_error, "open standard input"));
  return copy;
}

}  // namespace

Result<util::UniqueFd> open_input(std::string_view path, Progress& progress) {
  LARDER_TRY(util::UniqueFd fd, open_operand(path));
  LARDER_TRY(const struct stat status, sys::stat_fd(fd.get()));
  if (S_ISREG(status.st_mode) && ::lseek(fd.get(), 0, SEEK_CUR) == 0) return fd;
  auto copy = spool(fd.get(), progress);
  if (copy) return copy;
  const bool is_stdin = path == kStandardInput;
  return fail(std::move(copy).error().context(is_stdin ? "standard input" : path));
}

}  // namespace larder::cli
