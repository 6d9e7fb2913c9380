#include "sys/process.h"

#include "support/data.h"
#include "support/temp_dir.h"
#include "sys/file.h"
#include "sys/signal_watch.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>

namespace larder::sys {
namespace {

Command shell(std::string script) {
  return {.program = "/bin/sh", .arguments = {"sh", "-c", std::move(script)}};
}

/// Runs `body` in a process of its own, whose exit code is what it gives. Its standard output and
/// error are files in `dir`.
pid_t fork_with_output(const support::TempDir& dir, const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  const auto out = support::make_file(dir.file("out"));
  const auto err = support::make_file(dir.file("err"));
  (void)::dup2(out.get(), STDOUT_FILENO);
  (void)::dup2(err.get(), STDERR_FILENO);
  ::_exit(body());
}

int wait_for(pid_t child) {
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status;
}

/// A FIFO that a process blocks on reading, which is how a test knows that the process runs, and
/// how it waits for its end.
class Gate {
 public:
  explicit Gate(std::string path) : path_(std::move(path)) {
    EXPECT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  }

  /// Waits until a process has opened the FIFO for reading.
  void wait_for_reader() { fd_ = open_at(AT_FDCWD, path_, O_WRONLY).value(); }

  /// Lets the reader come to its end.
  void close() { fd_.reset(); }

  /// Waits until no process has it open for reading.
  void wait_for_its_end() const {
    pollfd event = {.fd = fd_.get(), .events = 0, .revents = 0};
    while ((event.revents & POLLERR) == 0) ASSERT_GT(::poll(&event, 1, -1), 0);
  }

 private:
  std::string path_;
  util::UniqueFd fd_;
};

TEST(RunForwarding, PassesOnAndKeepsBothStreams) {
  const support::TempDir dir;
  const pid_t runner = fork_with_output(dir, [] {
    const auto outcome = run_forwarding(shell("echo out; echo err >&2; exit 3"));
    const bool is_kept = outcome && outcome->out.bytes == "out\n" && outcome->err.bytes == "err\n";
    return is_kept ? outcome->status.code : 99;
  });

  EXPECT_EQ(WEXITSTATUS(wait_for(runner)), 3);
  EXPECT_EQ(support::text_of(support::content_of(dir.file("out"))), "out\n");
  EXPECT_EQ(support::text_of(support::content_of(dir.file("err"))), "err\n");
}

TEST(RunForwarding, PassesOnWhatItDoesNotKeep) {
  const support::TempDir dir;
  const pid_t runner = fork_with_output(dir, [] {
    const auto outcome =
        run_forwarding(shell("head -c 300000 /dev/zero; echo short >&2"), {.max_kept_bytes = 1000});
    return outcome && !outcome->out.is_complete && outcome->out.bytes == std::string(1000, '\0') &&
                   outcome->err.is_complete
               ? 0
               : 1;
  });

  EXPECT_EQ(wait_for(runner), 0);
  EXPECT_EQ(support::content_of(dir.file("out")).size(), 300'000U);
}

TEST(RunForwarding, ReportsTheSignalThatKilledTheChild) {
  const auto outcome = run_forwarding(shell("kill -SEGV $$"));

  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, (ExitStatus{.code = 0, .signal = SIGSEGV}));
  EXPECT_EQ(outcome->interrupted_by, 0);
}

TEST(RunForwarding, DoesNotWaitForAProcessThatTheChildLeavesBehind) {
  const support::TempDir dir;
  Gate gate(dir.file("gate"));

  const auto outcome = run_forwarding(shell("(exec cat " + dir.file("gate") + ") & echo done"));

  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->out.bytes, "done\n");
  gate.wait_for_reader();
}

TEST(RunForwarding, KeepsTheSignalMaskAndHandlersAsTheyWere) {
  sigset_t before;
  ASSERT_EQ(::pthread_sigmask(SIG_SETMASK, nullptr, &before), 0);

  const auto outcome = run_forwarding(shell("kill -TERM $$"));

  sigset_t after;
  ASSERT_EQ(::pthread_sigmask(SIG_SETMASK, nullptr, &after), 0);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status.signal, SIGTERM) << "not blocked in the child";
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD}) {
    EXPECT_EQ(sigismember(&after, signal), sigismember(&before, signal));
  }
}

TEST(RunForwarding, WaitsForItsChildWhereSigchldIsIgnored) {
  const support::TempDir dir;
  const pid_t runner = fork_with_output(dir, [] {
    (void)::signal(SIGCHLD, SIG_IGN);
    const auto outcome = run_forwarding(shell("exit 5"));
    return outcome ? outcome->status.code : 99;
  });

  EXPECT_EQ(WEXITSTATUS(wait_for(runner)), 5);
}

class RunForwardingSignal : public testing::TestWithParam<int> {};

TEST_P(RunForwardingSignal, EndsTheChildAndAllThatItStarted) {
  const support::TempDir dir;
  Gate gate(dir.file("gate"));
  const pid_t runner = fork_with_output(dir, [&] {
    // The shell dies of the signal and tells nobody, as gcc's driver does.
    const auto outcome = run_forwarding(shell("cat " + dir.file("gate") + "; true"));
    if (!outcome || outcome->interrupted_by != outcome->status.signal) return 99;
    die_by_signal(outcome->interrupted_by);
  });
  gate.wait_for_reader();

  ASSERT_EQ(::kill(runner, GetParam()), 0);

  gate.wait_for_its_end();
  const int status = wait_for(runner);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Ending, RunForwardingSignal,
                         testing::Values(SIGINT, SIGTERM, SIGHUP, SIGQUIT));

TEST(RunForwarding, LeavesAnIgnoredSignalIgnored) {
  const support::TempDir dir;
  Gate gate(dir.file("gate"));
  const pid_t runner = fork_with_output(dir, [&] {
    (void)::signal(SIGHUP, SIG_IGN);
    const auto outcome = run_forwarding(shell("cat " + dir.file("gate") + "; exit 6"));
    return outcome && outcome->interrupted_by == 0 ? outcome->status.code : 99;
  });
  gate.wait_for_reader();

  ASSERT_EQ(::kill(runner, SIGHUP), 0);

  gate.close();
  EXPECT_EQ(WEXITSTATUS(wait_for(runner)), 6);
}

/// A compile that reads a FIFO and so lasts as long as the test wants.
struct SlowCompile {
  explicit SlowCompile(const std::string& compiler)
      : command({.program = "/usr/bin/" + compiler,
                 .arguments = {compiler, "-c", dir.file("t.c"), "-o", dir.file("t.o")}}) {
    support::make_file(dir.file("t.c"), util::as_bytes("#include \"gate.h\"\n"));
  }

  support::TempDir dir;
  Gate gate{dir.file("gate.h")};
  Command command;
};

class RunForwardingCompiler : public testing::TestWithParam<const char*> {};

TEST_P(RunForwardingCompiler, EndsByASignalAndLeavesNoOutput) {
  SlowCompile compile(GetParam());
  const support::TempDir output;
  const pid_t runner = fork_with_output(output, [&] {
    (void)run_forwarding(compile.command);
    return 0;
  });
  compile.gate.wait_for_reader();

  ASSERT_EQ(::kill(runner, SIGTERM), 0);

  compile.gate.wait_for_its_end();
  (void)wait_for(runner);
  EXPECT_EQ(compile.dir.children(), 2U) << "the source and the gate";
}

// Not with gcc: its driver ends and removes its output, but its cc1 reads on. See spawn().
TEST(RunForwardingClang, EndsWithAKilledParentAndLeavesNoOutput) {
  SlowCompile compile("clang");
  const support::TempDir output;
  const pid_t runner = fork_with_output(output, [&] {
    (void)run_forwarding(compile.command);
    return 0;
  });
  compile.gate.wait_for_reader();

  ASSERT_EQ(::kill(runner, SIGKILL), 0);

  compile.gate.wait_for_its_end();
  (void)wait_for(runner);
  EXPECT_EQ(compile.dir.children(), 2U) << "the source and the gate";
}

INSTANTIATE_TEST_SUITE_P(Real, RunForwardingCompiler, testing::Values("gcc", "clang"));

TEST(RunAndCapture, KeepsBothStreamsAndReadsNothing) {
  const auto outcome = run_and_capture(shell("cat; echo out; echo err >&2; exit 2"));

  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->out.bytes, "out\n");
  EXPECT_EQ(outcome->err.bytes, "err\n");
  EXPECT_EQ(outcome->status.code, 2);
}

TEST(RunAndCapture, KillsWhatTakesTooLongAndAllThatItStarted) {
  const support::TempDir dir;
  const Gate gate(dir.file("gate"));

  const auto outcome = run_and_capture(shell("cat " + dir.file("gate") + "; true"),
                                       {.time_limit = std::chrono::milliseconds(50)});

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), ErrorCode::unavailable);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "no child is left";
}

TEST(RunAndCapture, KillsWhatWritesTooMuch) {
  const auto outcome = run_and_capture(shell("cat /dev/zero"), {.max_bytes = 5000});

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), ErrorCode::no_space);
}

TEST(RunAndCapture, SaysThatThereIsNoSuchProgram) {
  const auto outcome = run_and_capture({.program = "/nonexistent/cc", .arguments = {"cc"}});

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().os_error(), ENOENT);
}

}  // namespace
}  // namespace larder::sys
