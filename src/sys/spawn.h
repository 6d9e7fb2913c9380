#pragma once

#include <larder/result.h>

#include <signal.h>
#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace larder::sys {

/// A descriptor of ours that a child gets under a number of its own, open across its exec.
struct InheritedFd {
  int ours = -1;
  int theirs = -1;
};

/// A program to run.
struct Command {
  std::string program;                 ///< Its path, not searched for on PATH.
  std::vector<std::string> arguments;  ///< argv, with argv[0].
  std::optional<std::vector<std::string>> environment = {};  ///< `NAME=value`; absent: ours.
  std::vector<InheritedFd> inherited = {};                   ///< May name 0, 1 and 2.
};

/// What a child starts with beside its Command.
struct SpawnOptions {
  const sigset_t* signal_mask = nullptr;  ///< Absent: ours.
  bool ignore_child_signal = false;       ///< Start it with SIGCHLD ignored.
  bool leads_group = false;               ///< In a process group of its own, by its process id.
};

/// Starts `command` and gives its process id. Every other descriptor of ours is expected to be
/// close-on-exec. No copy of this process is made (CLONE_VM and CLONE_VFORK, as posix_spawn does),
/// so the cost does not grow with its memory.
///
/// The child gets SIGTERM when the calling *thread* ends, however it ends: call from one that
/// outlives the child. GCC's and clang's drivers then remove their outputs and temporaries and die.
/// What such a driver has itself started does not hear of it: a cc1 runs on to its end, as it does
/// when the bare driver is killed, and writes to a file that has no name any more.
///
/// Errors: denied, io; os_error tells why exec failed (ENOENT, EACCES, ENOEXEC, …). Thread-safe.
Result<pid_t> spawn(const Command& command, const SpawnOptions& options = {});

}  // namespace larder::sys
