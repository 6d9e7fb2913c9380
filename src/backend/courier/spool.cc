#include "backend/courier/spool.h"

#include "sys/directory.h"
#include "sys/file.h"
#include "util/bytes.h"
#include "util/try.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <iterator>
#include <utility>

#include <cerrno>
#include <chrono>
#include <cstddef>

namespace larder::courier {
namespace {

/// `usage`: a magic and version, then words that are updated in place.
constexpr std::array<unsigned char, 8> kHeader = {0x89, 'L', 'S', 'P', 'O', 'O', 'L', 1};
constexpr std::size_t kUsageBytes = 32;
constexpr std::size_t kBytes = 1;
constexpr std::size_t kFiles = 2;
constexpr std::size_t kRefused = 3;

constexpr mode_t kOursAlone = 0700;

sys::MappedFile::Format format() {
  return {.size = kUsageBytes, .header = std::as_bytes(std::span(kHeader)), .mode = 0600};
}

/// Makes a directory as open to others as the one that it is in: a shared store's spools are in
/// one.
Result<void> make_like_parent(const std::string& path) {
  LARDER_TRY(const bool is_new, sys::make_dir_at(AT_FDCWD, path));
  if (!is_new) return {};
  LARDER_TRY(const auto parent, sys::stat_at(AT_FDCWD, sys::parent_path(path)));
  constexpr mode_t kPermissions = 07777;
  // Where that cannot be, others have to do without.
  if (parent) (void)::chmod(path.c_str(), parent->st_mode & kPermissions);
  return {};
}

Result<util::UniqueFd> open_own_dir(const std::string& path) {
  LARDER_TRY(util::UniqueFd dir, sys::open_at(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  LARDER_TRY(const struct stat status, sys::stat_fd(dir.get()));
  if (status.st_uid == ::geteuid()) return dir;
  return fail(ErrorCode::denied,
              "open " + path + ": it belongs to user " + std::to_string(status.st_uid));
}

std::string path_of_fd(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

/// Gives the open file a name; false where that cannot be: another file system, a file that has no
/// name any more, one of another user's.
bool link_to(int fd, int dir, const std::string& name) {
  return ::linkat(AT_FDCWD, path_of_fd(fd).c_str(), dir, name.c_str(), AT_SYMLINK_FOLLOW) == 0;
}

/// Makes a file that `fill` fills, whole or not at all.
template <typename Fill>
Result<void> make_file(int dir, const std::string& name, const Fill& fill) {
  constexpr mode_t kMode = 0600;
  // No name of the spool's begins so.
  const std::string temporary = sys::temporary_name(kSpoolTemporary);
  LARDER_TRY(const util::UniqueFd fd,
             sys::open_at(dir, temporary, O_WRONLY | O_CREAT | O_EXCL, kMode));
  Result<void> made = fill(fd.get());
  if (made) made = sys::rename_at(dir, temporary, dir, name);
  if (!made) (void)sys::unlink_at(dir, temporary);  // what is left is swept later
  return made;
}

void subtract(std::uint64_t& word, std::uint64_t amount) noexcept {
  const std::atomic_ref figure(word);
  std::uint64_t now = figure.load();
  while (!figure.compare_exchange_weak(now, now - std::min(now, amount))) continue;
}

}  // namespace

Result<std::optional<Spool>> Spool::open(const std::string& path) {
  auto dir = open_own_dir(path);
  if (!dir && dir.error().os_error() == ENOENT) return std::optional<Spool>();
  if (!dir) return fail(std::move(dir).error().context("open spool"));
  LARDER_TRY(auto usage, sys::MappedFile::open_or_create(dir->get(), kUsageFile, format()));
  return std::optional(Spool(path, *std::move(dir), std::move(usage)));
}

Result<Spool> Spool::open_or_create(const std::string& path) {
  LARDER_TRY(auto spool, open(path));
  if (spool) return *std::move(spool);
  const std::string spools = sys::parent_path(path);
  LARDER_CHECK(sys::make_dirs(sys::parent_path(spools)));
  LARDER_CHECK(make_like_parent(spools));
  LARDER_CHECK(sys::make_dir_at(AT_FDCWD, path, kOursAlone));
  LARDER_TRY(spool, open(path));
  if (spool) return *std::move(spool);
  return fail(ErrorCode::unavailable, "create spool " + path + ": it was removed meanwhile");
}

Result<std::string> Spool::add(const SpoolEntry& entry, const store::PackBytes& pack,
                               std::uint64_t max_bytes) const {
  LARDER_TRY(std::string name, entry.name());
  if (!reserve(pack.size(), max_bytes)) {
    // Not no_space: of an entry that a store refuses for good, what it has is removed.
    return fail(ErrorCode::unavailable, "spool " + name + ": the spool is full");
  }
  auto placed = place(name, pack);
  if (placed) return name;
  release(pack.size());
  return fail(std::move(placed).error().context("spool " + name));
}

Result<std::string> Spool::add_removal(const SpoolEntry& entry) const {
  LARDER_TRY(std::string name, entry.name());
  (void)reserve(0, 0);  // nothing is never too much
  auto made = make_file(fd(), name, [](int /*fd*/) { return Result<void>(); });
  if (made) return name;
  release(0);
  return fail(std::move(made).error().context("spool " + name));
}

Result<void> Spool::place(const std::string& name, const store::PackBytes& pack) const {
  if (pack.fd() >= 0 && link_to(pack.fd(), fd(), name)) return {};
  return make_file(fd(), name, [&](int file) { return store::copy_pack(pack, file); });
}

Result<void> Spool::remove(const std::string& name, std::uint64_t bytes) const {
  LARDER_TRY(const bool was_there, sys::unlink_at(fd(), name));
  if (was_there) release(bytes);
  return {};
}

Result<SpoolContents> Spool::contents(std::size_t max_files) const {
  SpoolContents contents;
  LARDER_TRY(util::UniqueFd dir, sys::open_at(fd(), ".", O_RDONLY | O_DIRECTORY));
  LARDER_TRY(auto reader, sys::DirectoryReader::open(std::move(dir)));
  for (;;) {
    LARDER_TRY(const dirent* const entry, reader.next());
    if (entry == nullptr) return contents;
    std::string name = entry->d_name;
    if (!SpoolEntry::parse(name)) continue;
    LARDER_TRY(const auto status, sys::stat_at(fd(), name, AT_SYMLINK_NOFOLLOW));
    if (!status) continue;
    ++contents.count;
    contents.bytes += static_cast<std::uint64_t>(status->st_size);
    contents.files.insert(std::move(name));
    if (contents.files.size() > max_files) contents.files.erase(std::prev(contents.files.end()));
  }
}

std::uint64_t& Spool::word(std::size_t number) const noexcept {
  return reinterpret_cast<std::uint64_t*>(usage_.bytes().data())[number];
}

bool Spool::reserve(std::uint64_t bytes, std::uint64_t max_bytes) const noexcept {
  const std::uint64_t before = std::atomic_ref(word(kBytes)).fetch_add(bytes);
  if (before + bytes > max_bytes && bytes > 0) {
    subtract(word(kBytes), bytes);
    std::atomic_ref(word(kRefused)).fetch_add(1);
    return false;
  }
  std::atomic_ref(word(kFiles)).fetch_add(1);
  return true;
}

void Spool::release(std::uint64_t bytes) const noexcept {
  subtract(word(kBytes), bytes);
  subtract(word(kFiles), 1);
}

bool Spool::is_gone() const noexcept {
  struct stat status = {};
  return ::fstat(fd(), &status) != 0 || status.st_nlink == 0;
}

SpoolUsage Spool::usage() const noexcept {
  return {.bytes = std::atomic_ref(word(kBytes)).load(),
          .files = std::atomic_ref(word(kFiles)).load(),
          .refused = std::atomic_ref(word(kRefused)).load()};
}

void Spool::set_usage(std::uint64_t bytes, std::uint64_t files) const noexcept {
  std::atomic_ref(word(kBytes)).store(bytes);
  std::atomic_ref(word(kFiles)).store(files);
}

std::uint64_t SpoolClock::next_ns() noexcept {
  const std::chrono::nanoseconds now(clock_->now().time_since_epoch());
  const auto now_ns = static_cast<std::uint64_t>(now.count());
  std::uint64_t last = last_ns_.load();
  while (!last_ns_.compare_exchange_weak(last, std::max(now_ns, last + 1))) continue;
  return std::max(now_ns, last + 1);
}

}  // namespace larder::courier
