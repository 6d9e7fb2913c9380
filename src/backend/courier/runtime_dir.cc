#include "backend/courier/runtime_dir.h"

#include "sys/file.h"
#include "util/try.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace larder::courier {
namespace {

constexpr mode_t kOursAlone = 0700;
constexpr mode_t kOthers = 0077;

}  // namespace

Result<RuntimeDir> RuntimeDir::open(std::optional<std::string_view> xdg_runtime_dir) {
  if (xdg_runtime_dir && xdg_runtime_dir->starts_with('/')) {
    // One that was inherited from another user, or that a login's end has removed.
    auto standard = open_at(std::string(*xdg_runtime_dir) + "/larder");
    if (standard) return standard;
  }
  return open_at("/tmp/larder-" + std::to_string(::geteuid()));
}

Result<RuntimeDir> RuntimeDir::open_at(const std::string& path) {
  LARDER_CHECK(sys::make_dir_at(AT_FDCWD, path, kOursAlone));
  LARDER_TRY(util::UniqueFd fd, sys::open_at(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  LARDER_TRY(const struct stat status, sys::stat_fd(fd.get()));
  if (status.st_uid != ::geteuid()) {
    return fail(ErrorCode::denied,
                "open " + path + ": it belongs to user " + std::to_string(status.st_uid));
  }
  if ((status.st_mode & kOthers) != 0) {
    return fail(ErrorCode::denied, "open " + path + ": it is open to others");
  }
  return RuntimeDir(path, std::move(fd));
}

std::string RuntimeDir::short_path(std::string_view name) const {
  return "/proc/self/fd/" + std::to_string(fd_.get()) + "/" + std::string(name);
}

}  // namespace larder::courier
