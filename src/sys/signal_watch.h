#pragma once

#include "util/unique_fd.h"
#include <larder/result.h>

#include <signal.h>

#include <optional>

namespace larder::sys {

/// Turns SIGCHLD and the signals that ask this process to end (SIGINT, SIGTERM, SIGHUP, SIGQUIT)
/// into something to poll for, while it exists. One that is ignored stays ignored, as under nohup.
/// Other threads must block them too, or be absent. One at a time, in one thread.
class SignalWatch {
 public:
  /// Errors: unavailable or io, as of signalfd.
  static Result<SignalWatch> start();

  SignalWatch(SignalWatch&&) = default;
  SignalWatch& operator=(SignalWatch&&) = delete;
  ~SignalWatch();

  /// Readable when a signal has come.
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }

  /// The next signal that has come and takes it, or nullopt. Does not wait.
  std::optional<int> take();

  /// The signal mask from before, for a child.
  [[nodiscard]] const sigset_t& original_mask() const noexcept { return original_mask_; }

  /// Whether SIGCHLD was ignored before, for a child. Here it is not: children could not be waited
  /// for.
  [[nodiscard]] bool ignored_child_signal() const noexcept { return ignored_child_signal_; }

 private:
  SignalWatch() = default;

  util::UniqueFd fd_;
  sigset_t original_mask_ = {};
  struct sigaction original_child_action_ = {};
  bool ignored_child_signal_ = false;
};

/// Ends this process by `signal`, as a parent that looks at the wait status expects of a command
/// whose child died of it. Leaves no core file of its own. Ends with 128 + `signal` if the signal
/// does not end it.
[[noreturn]] void die_by_signal(int signal);

}  // namespace larder::sys
