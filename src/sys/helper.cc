#include "sys/helper.h"

#include "sys/file.h"
#include "util/try.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include <cerrno>
#include <cstdint>

namespace larder::sys {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

/// One helper from its start to its end. One thread.
class Helper {
 public:
  explicit Helper(std::size_t max_bytes) : max_bytes_(max_bytes) {}
  Helper(const Helper&) = delete;
  Helper& operator=(const Helper&) = delete;

  /// Kills what is left of it.
  ~Helper() {
    if (child_ < 0 || is_reaped_) return;
    (void)::kill(-child_, SIGKILL);  // It may have ended.
    reap();
  }

  Result<void> start(Command command) {
    std::array<int, 2> ends = {};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(Error::from_errno(errno, "pipe"));
    from_.reset(ends[0]);
    const util::UniqueFd to(ends[1]);
    if (::fcntl(from_.get(), F_SETFL, O_NONBLOCK) != 0) {
      return fail(Error::from_errno(errno, "fcntl"));
    }
    LARDER_TRY(const util::UniqueFd nothing, open_at(AT_FDCWD, "/dev/null", O_RDWR));
    command.inherited.push_back({.ours = nothing.get(), .theirs = STDIN_FILENO});
    command.inherited.push_back({.ours = to.get(), .theirs = STDOUT_FILENO});
    command.inherited.push_back({.ours = nothing.get(), .theirs = STDERR_FILENO});
    sigset_t none;
    sigemptyset(&none);
    LARDER_TRY(child_, spawn(command, {.signal_mask = &none, .leads_group = true}));
    // glibc 2.36 declares pidfd_open for C only.
    ended_.reset(static_cast<int>(::syscall(SYS_pidfd_open, child_, 0)));
    const int os_error = errno;
    // Where SIGCHLD is ignored it may be gone already.
    if (!ended_ && os_error != ESRCH) return fail(Error::from_errno(os_error, "pidfd_open"));
    return {};
  }

  /// Reads what it writes until it has ended; false if `deadline` came first, or too much.
  bool run(SteadyTime deadline) {
    while (ended_) {
      std::array<pollfd, 2> events = {pollfd{.fd = from_.get(), .events = POLLIN, .revents = 0},
                                      pollfd{.fd = ended_.get(), .events = POLLIN, .revents = 0}};
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0) return false;
      constexpr std::int64_t kMaxWait = 60'000;
      const auto wait = static_cast<int>(std::min<std::int64_t>(left.count(), kMaxWait));
      if (::poll(events.data(), events.size(), wait) <= 0) continue;
      receive();
      if (is_over_limit()) return false;
      if (events[1].revents != 0) break;
    }
    // What it wrote is in the pipe; what it left behind may hold that open, and is not waited for.
    receive();
    reap();
    return !is_over_limit();
  }

  [[nodiscard]] bool is_over_limit() const { return outcome_.out.size() > max_bytes_; }
  HelperOutcome take_outcome() { return std::move(outcome_); }

 private:
  /// Takes what there is, up to a little over the limit.
  void receive() {
    std::array<std::byte, 16'384> buffer;
    while (from_ && !is_over_limit()) {
      const auto got = read_some(from_.get(), buffer);
      if (!got) return;  // Nothing there now.
      if (*got == 0) return from_.reset();
      outcome_.out += util::as_text(std::span(buffer).first(*got));
    }
  }

  void reap() {
    int status = 0;
    pid_t ended = ::waitpid(child_, &status, 0);
    while (ended < 0 && errno == EINTR) ended = ::waitpid(child_, &status, 0);
    is_reaped_ = true;
    if (ended != child_) return;
    if (WIFSIGNALED(status)) {
      outcome_.status.signal = WTERMSIG(status);
    } else {
      outcome_.status.code = WEXITSTATUS(status);
    }
  }

  std::size_t max_bytes_;
  pid_t child_ = -1;
  bool is_reaped_ = false;
  util::UniqueFd from_;
  util::UniqueFd ended_;  // Readable when it has.
  HelperOutcome outcome_;
};

}  // namespace

Result<HelperOutcome> run_helper(const Command& command, const CaptureOptions& options) {
  const SteadyTime deadline = std::chrono::steady_clock::now() + options.time_limit;
  Helper helper(options.max_bytes);
  LARDER_CHECK(helper.start(command));
  if (helper.run(deadline)) return helper.take_outcome();
  if (helper.is_over_limit()) {
    return fail(ErrorCode::no_space, "run " + command.program + ": it wrote more than " +
                                         std::to_string(options.max_bytes) + " bytes");
  }
  return fail(ErrorCode::unavailable, "run " + command.program + ": it did not end within " +
                                          std::to_string(options.time_limit.count()) + " ms");
}

}  // namespace larder::sys
