#include "backend/disk/store_dir.h"

#include "sys/beneath.h"
#include "sys/file.h"
#include "util/try.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string_view>

#include <cerrno>

namespace larder::disk {
namespace {

Result<void> check_trust(int fd, const std::string& path) {
  LARDER_TRY(const struct stat status, sys::stat_fd(fd));
  if (status.st_uid != ::geteuid()) {
    return fail(ErrorCode::denied, "open store " + path + ": it belongs to user " +
                                       std::to_string(status.st_uid) + " (see `shared`)");
  }
  if ((status.st_mode & S_IWOTH) != 0) {
    return fail(ErrorCode::denied,
                "open store " + path + ": everyone may write to it (see `shared`)");
  }
  return {};
}

/// Opens the directory `name` of `parent`, creating it if it is missing.
Result<util::UniqueFd> enter(const StoreDir& store, int parent, const std::string& name,
                             bool is_durable) {
  LARDER_TRY(const bool is_new, store.modes().make_dir(parent, name));
  LARDER_TRY(util::UniqueFd fd, sys::open_at(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  if (is_new && is_durable) LARDER_CHECK(sys::sync_fd(parent));
  return fd;
}

}  // namespace

bool is_absence(const Error& error) noexcept { return error.os_error() == ENOENT; }

Result<std::optional<StoreDir>> StoreDir::open(const std::string& path, Modes modes) {
  auto fd = sys::open_at(AT_FDCWD, path, O_RDONLY | O_DIRECTORY);
  if (!fd && is_absence(fd.error())) return std::optional<StoreDir>();
  if (!fd) return fail(std::move(fd).error().context("open store"));
  if (!modes.is_shared()) LARDER_CHECK(check_trust(fd->get(), path));
  return std::optional(StoreDir(path, modes, *std::move(fd)));
}

Result<StoreDir> StoreDir::open_or_create(const std::string& path, Modes modes) {
  LARDER_TRY(auto existing, open(path, modes));
  if (existing) return *std::move(existing);
  auto made = sys::make_dirs(path);
  if (!made) return fail(std::move(made).error().context("create store"));
  LARDER_TRY(auto created, open(path, modes));
  if (!created) {
    return fail(ErrorCode::unavailable, "create store " + path + ": it was removed meanwhile");
  }
  modes.adopt_dir(created->fd());
  return *std::move(created);
}

bool StoreDir::is_gone() const noexcept {
  struct stat status = {};
  return ::fstat(fd(), &status) != 0 || status.st_nlink == 0;
}

Result<std::optional<util::UniqueFd>> StoreDir::open_dir(const std::string& path) const {
  return sys::open_beneath(fd(), path, O_RDONLY | O_DIRECTORY);
}

Result<util::UniqueFd> StoreDir::make_dir(const std::string& path, bool is_durable) const {
  LARDER_TRY(auto existing, open_dir(path));
  if (existing) return *std::move(existing);
  util::UniqueFd above;
  std::string_view rest = path;
  for (;;) {
    const auto slash = rest.find('/');
    const std::string component(rest.substr(0, slash));
    auto entered = enter(*this, above ? above.get() : fd(), component, is_durable);
    if (!entered) return fail(std::move(entered).error().context("create " + path));
    if (slash == std::string_view::npos) return entered;
    above = *std::move(entered);
    rest.remove_prefix(slash + 1);
  }
}

}  // namespace larder::disk
