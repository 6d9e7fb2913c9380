#include "sys/process.h"

#include "sys/file.h"
#include "sys/signal_watch.h"
#include "util/try.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <cerrno>
#include <charconv>
#include <climits>

namespace larder::sys {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

/// How long a child may take to end by itself after a signal that most often went to the whole
/// process group, before it is passed on. A second one at the same moment could cut short the
/// removal of its outputs.
constexpr std::chrono::milliseconds kGrace{20};

constexpr std::size_t kReadBytes = std::size_t{64} * 1024;

/// The process ids listed in a file of /proc, whose size is not told beforehand.
std::vector<pid_t> read_process_ids(const std::string& path) {
  std::string text;
  const auto fd = open_at(AT_FDCWD, path, O_RDONLY);
  ssize_t got = fd ? 1 : 0;
  while (got > 0) {
    std::array<char, 1024> buffer = {};
    got = ::read(fd->get(), buffer.data(), buffer.size());
    if (got > 0) text.append(buffer.data(), static_cast<std::size_t>(got));
  }

  std::vector<pid_t> ids;
  const char* position = text.data();
  const char* const end = position + text.size();
  while (position < end) {
    pid_t id = 0;
    const auto [next, error] = std::from_chars(position, end, id);
    if (error == std::errc()) ids.push_back(id);
    position = next + 1;
  }
  return ids;
}

/// The processes that thread `thread` of `process` has started or, if it is the first, adopted;
/// empty where the kernel does not tell.
std::vector<pid_t> children_of(pid_t process, pid_t thread) {
  return read_process_ids("/proc/" + std::to_string(process) + "/task/" + std::to_string(thread) +
                          "/children");
}

std::vector<pid_t> children_of_ours() {
  std::vector<pid_t> children = children_of(::getpid(), ::getpid());
  if (::gettid() != ::getpid()) {
    const std::vector<pid_t> own = children_of(::getpid(), ::gettid());
    children.insert(children.end(), own.begin(), own.end());
  }
  return children;
}

/// `process` and all that it and its descendants have started, ancestors first.
std::vector<pid_t> family_of(pid_t process) {
  std::vector<pid_t> family = {process};
  for (std::size_t i = 0; i < family.size(); ++i) {
    const std::vector<pid_t> children = children_of(family[i], family[i]);
    family.insert(family.end(), children.begin(), children.end());
  }
  return family;
}

/// One output of the child on its way to us: read, kept, passed on.
class Stream {
 public:
  /// Passes on to `to`, or nowhere for -1. Keeps `max_kept_bytes`.
  Stream(int to, std::size_t max_kept_bytes) : to_(to), max_kept_bytes_(max_kept_bytes) {}

  /// Makes the pipe; gives the end for the child.
  Result<util::UniqueFd> open() {
    std::array<int, 2> ends = {};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(Error::from_errno(errno, "pipe"));
    from_.reset(ends[0]);
    return util::UniqueFd(ends[1]);
  }

  /// What to wait for: room for what was read, or more to read.
  [[nodiscard]] pollfd interest() const {
    if (!unsent_.empty()) return {.fd = to_, .events = POLLOUT, .revents = 0};
    return {.fd = from_.get(), .events = POLLIN, .revents = 0};  // A negative one is skipped.
  }

  /// Does what interest() waited for.
  void advance() {
    if (unsent_.empty()) {
      receive();
    } else {
      send();
    }
  }

  void close() { from_.reset(); }

  [[nodiscard]] bool is_over_limit() const { return !kept_.is_complete; }
  [[nodiscard]] CapturedStream take() { return std::move(kept_); }

 private:
  void receive() {
    // Not filled with zeros: most compiles say nothing, and touch no page of it.
    if (!buffer_) buffer_ = std::make_unique_for_overwrite<char[]>(kReadBytes);
    const ssize_t got = ::read(from_.get(), buffer_.get(), kReadBytes);
    if (got < 0 && errno == EINTR) return;
    if (got <= 0) return close();
    const std::string_view bytes(buffer_.get(), static_cast<std::size_t>(got));
    const std::size_t room = max_kept_bytes_ - kept_.bytes.size();
    kept_.bytes += bytes.substr(0, room);
    if (bytes.size() > room) kept_.is_complete = false;
    if (to_ >= 0) unsent_ = bytes;
  }

  void send() {
    // So much a pipe takes without blocking once it polls as writable: while we block, no signal
    // would be seen.
    const ssize_t put =
        ::write(to_, unsent_.data(), std::min<std::size_t>(unsent_.size(), PIPE_BUF));
    if (put < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (put < 0) {  // Nobody can be told any more; the child could not have told them either.
      unsent_ = {};
      to_ = -1;
      return;
    }
    unsent_.remove_prefix(static_cast<std::size_t>(put));
  }

  util::UniqueFd from_;
  int to_;
  std::size_t max_kept_bytes_;
  CapturedStream kept_;
  std::unique_ptr<char[]> buffer_;
  std::string_view unsent_;  // Into buffer_, which stays as it is until all is sent.
};

/// Runs one child to its end. One thread.
class Supervisor {
 public:
  Supervisor(SignalWatch signals, int out, int err, std::size_t max_kept_bytes)
      : signals_(std::move(signals)),
        streams_{Stream(out, max_kept_bytes), Stream(err, max_kept_bytes)} {}

  /// Starts the child; `input` becomes its standard input unless it is -1.
  Result<void> start(Command command, int input) {
    LARDER_TRY(const util::UniqueFd out, streams_[0].open());
    LARDER_TRY(const util::UniqueFd err, streams_[1].open());
    command.inherited.push_back({.ours = out.get(), .theirs = STDOUT_FILENO});
    command.inherited.push_back({.ours = err.get(), .theirs = STDERR_FILENO});
    if (input >= 0) command.inherited.push_back({.ours = input, .theirs = STDIN_FILENO});
    const SpawnOptions options = {.signal_mask = &signals_.original_mask(),
                                  .ignore_child_signal = signals_.ignored_child_signal()};
    LARDER_TRY(child_, spawn(command, options));
    return {};
  }

  /// Waits for the child's end or, if given, until `deadline`; whether it has ended.
  bool run(std::optional<SteadyTime> deadline, bool stop_over_limit) {
    while (!has_ended_) {
      const std::optional<SteadyTime> wake = forward_at_ ? forward_at_ : deadline;
      if (!step(wake)) {
        if (!forward_at_) return false;
        forward_at_.reset();
        forward(outcome_.interrupted_by);
      }
      if (stop_over_limit && is_over_limit()) return false;
    }
    // What it wrote is all in the pipes. Their other ends may be open still, in a process that it
    // left behind, so this reads what there is and waits for no end.
    while (drain()) continue;
    return true;
  }

  /// Kills the child, if it has not ended, and all that it has started.
  void stop() {
    adopt_orphans();
    if (!has_ended_) {
      (void)::kill(child_, SIGKILL);
      reap(0);
    }
    end_orphans();
  }

  [[nodiscard]] bool is_over_limit() const {
    return streams_[0].is_over_limit() || streams_[1].is_over_limit();
  }

  RunOutcome finish() {
    if (!siblings_.empty()) end_orphans();
    outcome_.out = streams_[0].take();
    outcome_.err = streams_[1].take();
    return std::move(outcome_);
  }

 private:
  /// Waits for one thing to happen and sees to it; false if `wake` came first.
  bool step(std::optional<SteadyTime> wake) {
    if (!wake) return poll_once(-1);
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(*wake - std::chrono::steady_clock::now());
    return poll_once(static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, INT_MAX)));
  }

  /// Moves on what is there after the child's end; false once there is nothing, or on a signal.
  bool drain() {
    const auto is_sending = [](const Stream& stream) {
      return stream.interest().events == POLLOUT;
    };
    // Waits for our reader as long as it takes, for more from the pipes not at all.
    const bool is_waiting = std::any_of(streams_.begin(), streams_.end(), is_sending);
    return poll_once(is_waiting ? -1 : 0) && outcome_.interrupted_by == 0;
  }

  bool poll_once(int timeout_ms) {
    std::array<pollfd, 3> events = {streams_[0].interest(), streams_[1].interest(),
                                    pollfd{.fd = signals_.fd(), .events = POLLIN, .revents = 0}};
    if (::poll(events.data(), events.size(), timeout_ms) == 0) return false;
    for (std::size_t i = 0; i < streams_.size(); ++i) {
      if (events[i].revents != 0) streams_[i].advance();
    }
    while (const auto signal = signals_.take()) on_signal(*signal);
    return true;
  }

  void on_signal(int signal) {
    if (signal == SIGCHLD) return reap(WNOHANG);
    const bool is_first = outcome_.interrupted_by == 0;
    if (is_first) outcome_.interrupted_by = signal;
    if (has_ended_) return;
    if (is_first) {
      adopt_orphans();
      forward_at_ = std::chrono::steady_clock::now() + kGrace;
    } else {
      forward(signal);  // Asked for twice: at once.
    }
  }

  /// Gives the signal to the child and its descendants, as a terminal does: a shell that waits for
  /// its child heeds no SIGINT, and gcc's driver tells nobody of the one it got.
  void forward(int signal) {
    for (const pid_t member : family_of(child_))
      (void)::kill(member, signal);  // It may have ended.
  }

  void reap(int flags) {
    int status = 0;
    struct rusage usage = {};
    pid_t ended = ::wait4(child_, &status, flags, &usage);
    while (ended < 0 && errno == EINTR) ended = ::wait4(child_, &status, flags, &usage);
    if (ended != child_) return;
    has_ended_ = true;
    forward_at_.reset();
    if (WIFSIGNALED(status)) {
      outcome_.status.signal = WTERMSIG(status);
    } else {
      outcome_.status.code = WEXITSTATUS(status);
    }
    for (const timeval& time : {usage.ru_utime, usage.ru_stime}) {
      outcome_.cpu_time +=
          std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
    }
  }

  /// From now on a process whose parent dies becomes our child, so that none can get away.
  void adopt_orphans() {
    if (!siblings_.empty()) return;
    siblings_ = children_of_ours();
    siblings_.push_back(child_);
    (void)::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);  // Cannot fail since Linux 3.4.
  }

  /// Kills what the ended child has left behind. The drivers have removed their outputs by now.
  void end_orphans() {
    bool has_found = true;
    while (has_found) {
      has_found = false;
      for (const pid_t orphan : children_of_ours()) {
        if (std::find(siblings_.begin(), siblings_.end(), orphan) != siblings_.end()) continue;
        (void)::kill(orphan, SIGKILL);
        has_found = ::waitpid(orphan, nullptr, 0) == orphan || has_found;
      }
    }
    (void)::prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
  }

  SignalWatch signals_;
  std::array<Stream, 2> streams_;
  pid_t child_ = -1;
  bool has_ended_ = false;
  std::optional<SteadyTime> forward_at_;
  std::vector<pid_t> siblings_;  // Children that are not the child's; empty until orphans matter.
  RunOutcome outcome_;
};

}  // namespace

Result<RunOutcome> run_forwarding(const Command& command, const ForwardOptions& options) {
  LARDER_TRY(SignalWatch signals, SignalWatch::start());
  Supervisor supervisor(std::move(signals), STDOUT_FILENO, STDERR_FILENO, options.max_kept_bytes);
  LARDER_CHECK(supervisor.start(command, -1));
  (void)supervisor.run(std::nullopt, false);  // Without a deadline it ends when the child has.
  return supervisor.finish();
}

Result<RunOutcome> run_and_capture(const Command& command, const CaptureOptions& options) {
  const SteadyTime deadline = std::chrono::steady_clock::now() + options.time_limit;
  LARDER_TRY(const util::UniqueFd input, open_at(AT_FDCWD, "/dev/null", O_RDONLY));
  LARDER_TRY(SignalWatch signals, SignalWatch::start());
  Supervisor supervisor(std::move(signals), -1, -1, options.max_bytes);
  LARDER_CHECK(supervisor.start(command, input.get()));
  const bool has_ended = supervisor.run(deadline, true);
  if (!has_ended) supervisor.stop();
  if (supervisor.is_over_limit()) {
    return fail(ErrorCode::no_space, "run " + command.program + ": it wrote more than " +
                                         std::to_string(options.max_bytes) + " bytes");
  }
  if (!has_ended) {
    return fail(ErrorCode::unavailable, "run " + command.program + ": it did not end within " +
                                            std::to_string(options.time_limit.count()) + " ms");
  }
  return supervisor.finish();
}

}  // namespace larder::sys
