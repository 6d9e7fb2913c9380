#include "sys/helper.h"

#include "support/data.h"
#include "support/files.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <thread>
#include <vector>

#include <cerrno>

namespace larder::sys {
namespace {

using std::chrono::milliseconds;

Command shell(std::string script) {
  return {.program = "/bin/sh", .arguments = {"sh", "-c", std::move(script)}};
}

TEST(RunHelper, GivesWhatItWritesAndHowItEnds) {
  const auto outcome = run_helper(shell("echo out; echo err >&2; exit 3")).value();

  EXPECT_EQ(outcome.out, "out\n");
  EXPECT_EQ(outcome.status, (ExitStatus{.code = 3}));
}

TEST(RunHelper, TellsTheSignalThatKilledIt) {
  EXPECT_EQ(run_helper(shell("kill -TERM $$")).value().status.signal, SIGTERM);
}

TEST(RunHelper, GivesItNothingToRead) { EXPECT_EQ(run_helper(shell("cat")).value().out, ""); }

TEST(RunHelper, ReadsMoreThanAPipeHolds) {
  const auto outcome = run_helper(shell("head -c 900000 /dev/zero")).value();

  EXPECT_EQ(outcome.out.size(), 900'000U);
}

TEST(RunHelper, ReportsAProgramThatIsNotThere) {
  const auto outcome = run_helper({.program = "/nowhere/helper", .arguments = {"helper"}});

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().os_error(), ENOENT);
}

/// Whether anybody holds the lock on a file, which a process lets go only by ending.
bool is_locked(const std::string& path) {
  return !support::run_in("/", "flock --nonblock '" + path + "' true");
}

TEST(RunHelper, KillsItWithAllThatItStartedWhenItsTimeIsUp) {
  const support::TempDir dir;
  const std::string lock = dir.file("lock");
  support::make_file(lock);

  const auto outcome =
      run_helper(shell("flock '" + lock + "' sleep 1000; true"), {.time_limit = milliseconds(300)});

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), ErrorCode::unavailable);
  while (is_locked(lock)) continue;
}

TEST(RunHelper, KillsItWhenItWritesTooMuch) {
  const auto outcome = run_helper(shell("cat /dev/zero"), {.max_bytes = 1000});

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), ErrorCode::no_space);
}

TEST(RunHelper, WaitsForNothingThatItLeavesBehind) {
  const support::TempDir dir;
  ASSERT_EQ(::mkfifo(dir.file("gate").c_str(), 0600), 0);

  // What is left behind holds the pipe open, until it is let go.
  const auto outcome = run_helper(shell("echo done; read -r line <'" + dir.file("gate") + "' &"));

  EXPECT_EQ(outcome.value().out, "done\n");
  support::run_in(dir.path(), "echo >gate");
}

TEST(RunHelper, RunsInManyThreadsAtOnce) {
  std::vector<std::thread> threads;

  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([i] {
      const auto outcome = run_helper(shell("echo " + std::to_string(i)));
      EXPECT_EQ(outcome.value().out, std::to_string(i) + "\n");
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(RunHelper, RunsWhereChildrensEndsAreIgnored) {
  struct sigaction ignore = {};
  struct sigaction before = {};
  ignore.sa_handler = SIG_IGN;
  ASSERT_EQ(::sigaction(SIGCHLD, &ignore, &before), 0);

  const auto outcome = run_helper(shell("echo out; exit 3"));

  ASSERT_EQ(::sigaction(SIGCHLD, &before, nullptr), 0);
  EXPECT_EQ(outcome.value().out, "out\n");
  EXPECT_TRUE(outcome.value().status.is_success());
}

}  // namespace
}  // namespace larder::sys
