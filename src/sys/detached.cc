#include "sys/detached.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

namespace larder::sys {
namespace {

/// What posix_spawn does in the child before exec. Its functions fail only for lack of memory or
/// for a descriptor out of range; the first failure is kept.
class SpawnPlan {
 public:
  SpawnPlan() {
    keep(::posix_spawn_file_actions_init(&actions_));
    keep(::posix_spawnattr_init(&attributes_));
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    (void)::posix_spawn_file_actions_destroy(&actions_);  // cannot fail
    (void)::posix_spawnattr_destroy(&attributes_);
  }

  void detach() {
    keep(::posix_spawn_file_actions_addchdir_np(&actions_, "/"));
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
      keep(::posix_spawn_file_actions_addopen(&actions_, fd, "/dev/null", O_RDWR, 0));
    }
    keep(::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1));
    sigset_t signals;
    (void)::sigemptyset(&signals);
    keep(::posix_spawnattr_setsigmask(&attributes_, &signals));
    (void)::sigfillset(&signals);
    keep(::posix_spawnattr_setsigdefault(&attributes_, &signals));
    constexpr int kFlags = POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    keep(::posix_spawnattr_setflags(&attributes_, kFlags));
  }

  [[nodiscard]] int os_error() const noexcept { return os_error_; }
  [[nodiscard]] const posix_spawn_file_actions_t* actions() const noexcept { return &actions_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const noexcept { return &attributes_; }

 private:
  void keep(int os_error) {
    if (os_error_ == 0) os_error_ = os_error;
  }

  posix_spawn_file_actions_t actions_ = {};
  posix_spawnattr_t attributes_ = {};
  int os_error_ = 0;
};

}  // namespace

Result<pid_t> start_detached(const std::string& program,
                             const std::vector<std::string>& arguments) {
  SpawnPlan plan;
  plan.detach();
  std::vector<char*> words;
  words.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments)
    words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  pid_t child = -1;
  int os_error = plan.os_error();
  if (os_error == 0) {
    os_error = ::posix_spawn(&child, program.c_str(), plan.actions(), plan.attributes(),
                             words.data(), ::environ);
  }
  if (os_error != 0) return fail(Error::from_errno(os_error, "start " + program));
  return child;
}

}  // namespace larder::sys
