#pragma once

#include "sys/spawn.h"
#include <larder/result.h>

#include <string>

#include <chrono>
#include <cstddef>

namespace larder::sys {

/// How a process ended.
struct ExitStatus {
  int code = 0;    ///< What it exited with, where `signal` is 0.
  int signal = 0;  ///< The signal that killed it, or 0.

  [[nodiscard]] bool is_success() const noexcept { return code == 0 && signal == 0; }
  friend bool operator==(const ExitStatus&, const ExitStatus&) = default;
};

/// What a process wrote to one of its descriptors.
struct CapturedStream {
  std::string bytes;        ///< From the start; no more than was asked for.
  bool is_complete = true;  ///< False if it wrote more than that.
};

/// A process that was run and has ended.
struct RunOutcome {
  ExitStatus status;
  CapturedStream out;
  CapturedStream err;
  /// The first signal that asked this process to end meanwhile, or 0. It has been passed on, and
  /// everything the child had started has ended; what is left is to remove what is unfinished and
  /// call die_by_signal().
  int interrupted_by = 0;
  /// CPU time of the child and of all it waited for.
  std::chrono::microseconds cpu_time = {};
};

struct ForwardOptions {
  std::size_t max_kept_bytes = std::size_t{16} << 20;  ///< Of each stream.
};

/// Runs `command` in the foreground, as a shell would: standard input is ours, and what it writes
/// to its standard output and error goes on to ours at once, all of it, and is kept up to a limit.
/// It stays in our process group, so that terminal signals and job control reach it as they would
/// without us; a signal that was sent to us alone (SIGINT, SIGTERM, SIGHUP, SIGQUIT) is passed on
/// to it and its descendants after 20 ms. Descriptors 0 to 2 are expected to be open. Errors:
/// denied, io, unavailable; nothing has been run then, or it has been killed. Call from the only
/// thread, or from one that lives on: see spawn().
Result<RunOutcome> run_forwarding(const Command& command, const ForwardOptions& options = {});

struct CaptureOptions {
  std::chrono::milliseconds time_limit = std::chrono::seconds(10);
  std::size_t max_bytes = std::size_t{1} << 20;  ///< Of each stream.
};

/// Runs a small helper with nothing to read and keeps what it writes.
/// Errors: as run_forwarding; unavailable after `time_limit`, no_space beyond `max_bytes`: it and
/// what it started have been killed.
Result<RunOutcome> run_and_capture(const Command& command, const CaptureOptions& options = {});

}  // namespace larder::sys
