#include "sys/spawn.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include <cerrno>
#include <cstddef>

#if defined(__SANITIZE_THREAD__)
// The thread sanitizer's own clone() takes every child for a fork, and so the thread that started
// one, whose memory the child shares, for a process without other threads: it sees none of its
// locks from then on. This is the same function under a name that is not replaced.
extern "C" int __clone(int (*function)(void*), void* stack, int flags, void* argument, ...);
#define LARDER_CLONE ::__clone
#else
#define LARDER_CLONE ::clone
#endif

namespace larder::sys {
namespace {

constexpr std::size_t kStackBytes = std::size_t{64} * 1024;

/// All that the child needs, made before it exists: between clone and exec it shares our memory
/// and may neither allocate nor lock.
struct Launch {
  const char* program;
  std::vector<char*> arguments;
  std::vector<char*> environment;
  std::vector<InheritedFd> inherited;
  SpawnOptions options;
  int first_free_fd;
  pid_t parent;
  int os_error = 0;
};

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// The sanitizers' bookkeeping belongs to the parent's stack and thread.
#define LARDER_NO_SANITIZE __attribute__((no_sanitize("address", "thread", "undefined")))

/// Gives every inherited descriptor its number. Each is first moved above all the wanted numbers,
/// so that none is overwritten before its turn.
LARDER_NO_SANITIZE bool place_descriptors(Launch& launch) {
  InheritedFd* const begin = launch.inherited.data();
  InheritedFd* const end = begin + launch.inherited.size();
  for (InheritedFd* fd = begin; fd != end; ++fd) {
    fd->ours = ::fcntl(fd->ours, F_DUPFD_CLOEXEC, launch.first_free_fd);
    if (fd->ours < 0) return false;
  }
  for (const InheritedFd* fd = begin; fd != end; ++fd) {
    if (::dup2(fd->ours, fd->theirs) < 0) return false;
  }
  return true;
}

LARDER_NO_SANITIZE bool prepare_child(Launch& launch) {
  if (::prctl(PR_SET_PDEATHSIG, SIGTERM) != 0) return false;
  // Had the parent died before that call, its death would not be heard of any more.
  if (::getppid() != launch.parent) ::_exit(127);
  if (launch.options.leads_group && ::setpgid(0, 0) != 0) return false;
  if (!place_descriptors(launch)) return false;
  if (launch.options.ignore_child_signal && ::signal(SIGCHLD, SIG_IGN) == SIG_ERR) return false;
  const sigset_t* mask = launch.options.signal_mask;
  return mask == nullptr || ::sigprocmask(SIG_SETMASK, mask, nullptr) == 0;
}

LARDER_NO_SANITIZE int run_child(void* argument) {
  Launch& launch = *static_cast<Launch*>(argument);
  if (prepare_child(launch)) {
    (void)::execve(launch.program, launch.arguments.data(), launch.environment.data());
  }
  launch.os_error = errno;
  ::_exit(127);
}

}  // namespace

Result<pid_t> spawn(const Command& command, const SpawnOptions& options) {
  Launch launch = {.program = command.program.c_str(),
                   .arguments = pointers_to(command.arguments),
                   .environment = {},
                   .inherited = command.inherited,
                   .options = options,
                   .first_free_fd = 3,
                   .parent = ::getpid()};
  for (const InheritedFd& fd : command.inherited) {
    launch.first_free_fd = std::max(launch.first_free_fd, fd.theirs + 1);
  }
  if (command.environment) {
    launch.environment = pointers_to(*command.environment);
  } else {
    for (char** entry = environ; *entry != nullptr; ++entry) launch.environment.push_back(*entry);
    launch.environment.push_back(nullptr);
  }

  const auto stack = std::make_unique_for_overwrite<std::byte[]>(kStackBytes);
  const pid_t child =
      LARDER_CLONE(run_child, stack.get() + kStackBytes, CLONE_VM | CLONE_VFORK | SIGCHLD, &launch);
  const int clone_error = errno;
  if (child < 0) return fail(Error::from_errno(clone_error, "start " + command.program));
  if (launch.os_error != 0) {
    (void)::waitpid(child, nullptr, __WALL);  // It has exited; its status says no more.
    return fail(Error::from_errno(launch.os_error, "run " + command.program));
  }
  return child;
}

}  // namespace larder::sys
