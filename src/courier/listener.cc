#include "courier/listener.h"

#include "sys/directory.h"
#include "sys/file.h"
#include "sys/flock.h"
#include "util/try.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <string_view>
#include <thread>
#include <vector>

#include <chrono>
#include <ctime>

namespace larder::courier {
namespace {

/// How long a courier that is about to end may take to give up its lock.
constexpr std::chrono::seconds kHandover{2};

/// After which time the files of a courier that is gone are swept away.
constexpr std::time_t kSweepAfterSeconds = 24 * 60 * 60;

constexpr std::string_view kLockSuffix = ".lock";

/// Opens and locks a lock file; nullopt if another holds it. What has been swept away between the
/// opening and the locking is no lock any more.
Result<std::optional<util::UniqueFd>> try_lock(int dir, const std::string& name, int flags) {
  for (;;) {
    LARDER_TRY(auto file, sys::open_existing_at(dir, name, O_RDWR | O_NOFOLLOW | flags));
    if (!file || !sys::flock_try(file->get())) return std::optional<util::UniqueFd>();
    LARDER_TRY(const struct stat held, sys::stat_fd(file->get()));
    LARDER_TRY(const auto named, sys::stat_at(dir, name, AT_SYMLINK_NOFOLLOW));
    if (named && named->st_ino == held.st_ino) return file;
    if ((flags & O_CREAT) == 0) return std::optional<util::UniqueFd>();
  }
}

Result<std::optional<util::UniqueFd>> wait_for_lock(const Endpoint& endpoint) {
  constexpr std::chrono::milliseconds kPause{10};
  const auto deadline = std::chrono::steady_clock::now() + kHandover;
  for (;;) {
    LARDER_TRY(auto lock, try_lock(endpoint.dir.fd(), endpoint.lock(), O_CREAT));
    if (lock) return lock;
    // One that still can be connected to is not about to end.
    const bool is_served = Connection::open(endpoint, deadline).has_value();
    if (is_served || std::chrono::steady_clock::now() >= deadline) return lock;
    std::this_thread::sleep_for(kPause);
  }
}

Result<std::vector<std::string>> old_locks(int dir, const std::string& own) {
  std::vector<std::string> names;
  LARDER_TRY(util::UniqueFd copy, sys::open_at(dir, ".", O_RDONLY | O_DIRECTORY));
  LARDER_TRY(auto reader, sys::DirectoryReader::open(std::move(copy)));
  const std::time_t now = std::time(nullptr);
  for (;;) {
    LARDER_TRY(const dirent* const entry, reader.next());
    if (entry == nullptr) return names;
    const std::string name = entry->d_name;
    if (!name.ends_with(kLockSuffix) || name == own) continue;
    LARDER_TRY(const auto status, sys::stat_at(dir, name, AT_SYMLINK_NOFOLLOW));
    if (status && now - status->st_mtime > kSweepAfterSeconds) names.push_back(name);
  }
}

/// Removes what belongs to couriers that were started long ago and run no more. Whatever fails is
/// left for the next one.
void sweep(int dir, const std::string& own) {
  const auto names = old_locks(dir, own);
  if (!names) return;
  for (const std::string& name : *names) {
    const auto lock = try_lock(dir, name, 0);
    if (!lock || !*lock) continue;
    const std::string stem = name.substr(0, name.size() - kLockSuffix.size());
    for (const char* suffix : {".sock", ".state", ".lock"}) {
      (void)sys::unlink_at(dir, stem + suffix);
    }
  }
}

}  // namespace

Result<std::optional<Listener>> Listener::claim(const Endpoint& endpoint) {
  LARDER_TRY(auto lock, wait_for_lock(endpoint));
  if (!lock) return std::optional<Listener>();
  // How old it is, for sweep().
  (void)::futimens(lock->get(), nullptr);
  LARDER_TRY(util::UniqueFd dir, sys::open_at(endpoint.dir.fd(), ".", O_RDONLY | O_DIRECTORY));
  LARDER_CHECK(sys::unlink_at(dir.get(), endpoint.socket()));  // of one that was killed
  LARDER_TRY(util::UniqueFd socket, listen_on(endpoint.dir, endpoint.socket()));
  sweep(dir.get(), endpoint.lock());
  return std::optional(
      Listener(std::move(dir), endpoint.socket(), *std::move(lock), std::move(socket)));
}

void Listener::close() noexcept {
  // In this order: what has this name afterwards is another courier's.
  if (lock_) (void)sys::unlink_at(dir_.get(), name_);
  lock_.reset();
  socket_.reset();
}

}  // namespace larder::courier
