#include "sys/signal_watch.h"

#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>

#include <cerrno>

namespace larder::sys {
namespace {

constexpr std::array kEndingSignals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

bool is_ignored(int signal) {
  struct sigaction action = {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

Result<SignalWatch> SignalWatch::start() {
  SignalWatch watch;
  sigset_t watched;
  sigemptyset(&watched);
  sigaddset(&watched, SIGCHLD);
  // A blocked signal is queued even where it is ignored, so what is ignored must not be blocked.
  for (const int signal : kEndingSignals) {
    if (!is_ignored(signal)) sigaddset(&watched, signal);
  }
  watch.fd_.reset(::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK));
  const int os_error = errno;
  if (!watch.fd_) return fail(Error::from_errno(os_error, "signalfd"));

  struct sigaction by_default = {};
  by_default.sa_handler = SIG_DFL;
  (void)::sigaction(SIGCHLD, &by_default, &watch.original_child_action_);  // Valid: cannot fail.
  watch.ignored_child_signal_ = watch.original_child_action_.sa_handler == SIG_IGN;
  (void)::pthread_sigmask(SIG_BLOCK, &watched, &watch.original_mask_);
  return watch;
}

SignalWatch::~SignalWatch() {
  if (!fd_) return;
  (void)::sigaction(SIGCHLD, &original_child_action_, nullptr);
  (void)::pthread_sigmask(SIG_SETMASK, &original_mask_, nullptr);
}

std::optional<int> SignalWatch::take() {
  struct signalfd_siginfo info = {};
  if (::read(fd_.get(), &info, sizeof info) != sizeof info) return std::nullopt;
  return static_cast<int>(info.ssi_signo);
}

void die_by_signal(int signal) {
  const struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};
  (void)::setrlimit(RLIMIT_CORE, &none);
  struct sigaction by_default = {};
  by_default.sa_handler = SIG_DFL;
  (void)::sigaction(signal, &by_default, nullptr);
  sigset_t unblocked;
  sigemptyset(&unblocked);
  sigaddset(&unblocked, signal);
  (void)::pthread_sigmask(SIG_UNBLOCK, &unblocked, nullptr);
  (void)::raise(signal);
  ::_exit(128 + signal);
}

}  // namespace larder::sys
