#include "courier/spool_sweep.h"

#include "backend/courier/spool_layout.h"
#include "sys/directory.h"
#include "sys/file.h"
#include "sys/flock.h"
#include "util/try.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace larder::courier {
namespace {

using Time = std::chrono::system_clock::time_point;

constexpr std::chrono::hours kTemporaryAge{1};
constexpr std::chrono::hours kSpoolAge{24 * 30};

/// Calls `visit` with each name in the directory.
Result<void> visit_names(int dir, const std::function<void(const std::string& name)>& visit) {
  LARDER_TRY(util::UniqueFd copy, sys::open_at(dir, ".", O_RDONLY | O_DIRECTORY));
  LARDER_TRY(auto reader, sys::DirectoryReader::open(std::move(copy)));
  for (;;) {
    LARDER_TRY(const dirent* const entry, reader.next());
    if (entry == nullptr) return {};
    visit(entry->d_name);
  }
}

bool is_older(int dir, const std::string& name, Time than) {
  const auto status = sys::stat_at(dir, name, AT_SYMLINK_NOFOLLOW);
  return status && *status && std::chrono::system_clock::from_time_t((*status)->st_mtime) < than;
}

void sweep_temporaries(const Spool& spool, Time now) {
  const std::string prefix = std::string(kSpoolTemporary) + ".";
  // A name that is left is seen again.
  (void)visit_names(spool.fd(), [&](const std::string& name) {
    const bool is_left =
        name.starts_with(prefix) && is_older(spool.fd(), name, now - kTemporaryAge);
    if (is_left) (void)sys::unlink_at(spool.fd(), name);
  });
}

/// Removes a spool that is in nobody's charge and that nothing was put into for long.
void sweep_if_abandoned(int parent, const std::string& name, Time now) {
  const auto dir = sys::open_at(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  // Its time is that of the last file that came or went.
  if (!dir || !is_older(parent, name, now - kSpoolAge)) return;
  const auto lock = sys::open_existing_at(dir->get(), kSpoolLock, O_RDWR | O_NOFOLLOW);
  if (!lock || !*lock || !sys::flock_try((*lock)->get())) return;
  (void)visit_names(dir->get(), [&](const std::string& file) {
    const bool is_ours = SpoolEntry::parse(file) || file == kUsageFile || file == kSpoolLock ||
                         file.starts_with(kSpoolTemporary);
    if (is_ours) (void)sys::unlink_at(dir->get(), file);
  });
  (void)sys::unlink_at(parent, name, AT_REMOVEDIR);  // stays where something else is in it
}

}  // namespace

void sweep_spools(const Spool& spool, Time now) {
  sweep_temporaries(spool, now);
  const std::string own = spool.path().substr(spool.path().rfind('/') + 1);
  const auto parent =
      sys::open_at(AT_FDCWD, sys::parent_path(spool.path()), O_RDONLY | O_DIRECTORY);
  if (!parent) return;
  (void)visit_names(parent->get(), [&](const std::string& name) {
    if (name != own) sweep_if_abandoned(parent->get(), name, now);
  });
}

}  // namespace larder::courier
