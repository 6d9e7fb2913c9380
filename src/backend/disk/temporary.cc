#include "backend/disk/temporary.h"

#include "backend/disk/layout.h"
#include "sys/directory.h"
#include "sys/file.h"
#include "sys/flock.h"
#include "util/try.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <utility>

#include <cerrno>

namespace larder::disk {
namespace {

std::uint64_t random_bits() {
  std::uint64_t bits = 0;
  // Eight bytes come whole once the pool is filled. Names need not be secret, only new: a name that
  // exists is passed over.
  (void)::getrandom(&bits, sizeof bits, 0);
  return bits;
}

std::string next_name(unsigned shard) {
  static std::atomic<std::uint64_t> unique = random_bits();
  return layout::temporary_name(shard, unique.fetch_add(1, std::memory_order_relaxed));
}

/// The new object, or nullopt if the name is taken or a sweep took the object at once.
Result<std::optional<util::UniqueFd>> make_object(const Modes& modes, int tmp,
                                                  const std::string& name, Temporary::Kind kind) {
  if (kind == Temporary::Kind::file) {
    LARDER_TRY(util::UniqueFd file, modes.make_file(tmp, name, O_EXCL));
    return std::optional(std::move(file));
  }
  LARDER_TRY(const bool is_new, modes.make_dir(tmp, name));
  if (!is_new) return std::optional<util::UniqueFd>();
  auto fd = sys::open_existing_at(tmp, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!fd) (void)sys::unlink_at(tmp, name, AT_REMOVEDIR);  // the first error is the one to tell
  return fd;
}

/// Whether the object is still linked: a sweep may have taken it between its making and its
/// locking.
bool is_linked(int fd) {
  struct stat status = {};
  return ::fstat(fd, &status) == 0 && status.st_nlink > 0;
}

}  // namespace

bool cannot_rename_so(const Error& error) noexcept {
  return error.os_error() == EINVAL || error.os_error() == ENOSYS;
}

Result<Temporary> Temporary::create(const Modes& modes, int tmp, unsigned shard, Kind kind) {
  const std::string own_dir = layout::shard_name(shard);
  const bool has_own = ::faccessat(tmp, own_dir.c_str(), F_OK, 0) == 0;
  for (;;) {
    std::string name = has_own ? own_dir + '/' + next_name(shard) : next_name(shard);
    auto fd = make_object(modes, tmp, name, kind);
    if (!fd && fd.error().os_error() == EEXIST) continue;
    if (!fd) return fail(std::move(fd).error().context("create temporary"));
    if (!*fd) continue;
    // A sweep holds it for a moment at most. A file system without locks leaves the age to tell.
    const int descriptor = (*fd)->get();
    (void)sys::flock_wait(descriptor);
    if (is_linked(descriptor)) return Temporary(tmp, std::move(name), kind, **std::move(fd));
  }
}

Temporary Temporary::reserve(int tmp, unsigned shard, Kind kind) {
  return {tmp, next_name(shard), kind, util::UniqueFd()};
}

Temporary::Temporary(Temporary&& other) noexcept
    : dir_(std::exchange(other.dir_, -1)),
      name_(std::move(other.name_)),
      kind_(other.kind_),
      fd_(std::move(other.fd_)) {}

Temporary::~Temporary() {
  // What cannot be removed now is a leftover that clean removes later.
  if (dir_ >= 0) (void)remove();
}

Result<bool> Temporary::place(int dir, const std::string& name) {
  auto moved = sys::rename_at(dir_, name_, dir, name, RENAME_NOREPLACE);
  if (!moved && cannot_rename_so(moved.error())) moved = place_without_flags(dir, name);
  // ENOTEMPTY is what a rename without flags says of a directory that is there.
  if (!moved && (moved.error().os_error() == EEXIST || moved.error().os_error() == ENOTEMPTY)) {
    return false;
  }
  if (!moved) return fail(std::move(moved).error());
  dir_ = -1;
  return true;
}

Result<void> Temporary::place_without_flags(int dir, const std::string& name) {
  if (kind_ == Kind::directory) return sys::rename_at(dir_, name_, dir, name);
  if (::linkat(dir_, name_.c_str(), dir, name.c_str(), 0) != 0) {
    const int os_error = errno;
    return fail(Error::from_errno(os_error, "link " + name_ + " to " + name));
  }
  // The entry is in place; a second name in tmp is a leftover at worst.
  (void)sys::unlink_at(dir_, name_);
  return {};
}

Result<void> Temporary::exchange(int dir, const std::string& name) {
  return sys::rename_at(dir_, name_, dir, name, RENAME_EXCHANGE);
}

Result<void> Temporary::replace(int dir, const std::string& name) {
  LARDER_CHECK(sys::rename_at(dir_, name_, dir, name));
  dir_ = -1;
  return {};
}

Result<void> Temporary::take_out(int dir, const std::string& name) {
  return sys::rename_at(dir, name, dir_, name_);
}

Result<void> Temporary::remove() { return remove_object(std::exchange(dir_, -1), name_, kind_); }

Result<void> remove_object(int dir, const std::string& name, Temporary::Kind kind) {
  if (kind == Temporary::Kind::file) return sys::unlink_at(dir, name).map([](bool) {});
  LARDER_TRY(auto fd, sys::open_existing_at(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  if (!fd) return {};
  LARDER_TRY(auto reader, sys::DirectoryReader::open(*std::move(fd)));
  for (;;) {
    LARDER_TRY(const dirent* entry, reader.next());
    if (entry == nullptr) break;
    LARDER_CHECK(sys::unlink_at(reader.fd(), entry->d_name));
  }
  return sys::unlink_at(dir, name, AT_REMOVEDIR).map([](bool) {});
}

}  // namespace larder::disk
