#include "sys/detached.h"

#include "support/data.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>

#include <cerrno>
#include <csignal>

namespace larder::sys {
namespace {

/// Starts a shell script and waits for its end; gives what it has written to the file $1.
std::string run_detached(const std::string& script) {
  const support::TempDir dir;
  const auto child =
      start_detached("/bin/sh", {"sh", "-c", "{ " + script + "; } > $1", "sh", dir.file("said")});
  EXPECT_TRUE(child);
  EXPECT_EQ(::waitpid(child.value_or(0), nullptr, 0), child.value_or(0));
  return support::text_of(support::content_of(dir.file("said")));
}

TEST(StartDetached, LeavesTheChildNoneOfOurDescriptors) {
  std::array<int, 2> inherited = {};
  ASSERT_EQ(::pipe(inherited.data()), 0);

  // The shell's own: its output, and the directory that it lists.
  EXPECT_EQ(run_detached("cd /proc/self/fd && for fd in *; do readlink $fd; done | sort -u | "
                         "grep -v -e pipe -e /proc/ -e said; true"),
            "/dev/null\n");
  const std::string pipe = run_detached("ls -l /proc/$$/fd");

  EXPECT_EQ(pipe.find("pipe:"), std::string::npos) << pipe;
}

TEST(StartDetached, GivesItASessionOfItsOwnAndTheRootDirectory) {
  EXPECT_EQ(run_detached("pwd; set -- $(cat /proc/$$/stat); [ $1 = $6 ] && echo leader"),
            "/\nleader\n");
}

TEST(StartDetached, GivesItOurEnvironment) {
  ASSERT_EQ(::setenv("LARDER_DETACHED_TEST", "ours", 1), 0);

  EXPECT_EQ(run_detached("echo $LARDER_DETACHED_TEST"), "ours\n");
}

TEST(StartDetached, IgnoresAndBlocksNoSignal) {
  ASSERT_NE(::signal(SIGPIPE, SIG_IGN), SIG_ERR);
  sigset_t blocked;
  ASSERT_EQ(::sigemptyset(&blocked), 0);
  ASSERT_EQ(::sigaddset(&blocked, SIGUSR1), 0);
  ASSERT_EQ(::sigprocmask(SIG_BLOCK, &blocked, nullptr), 0);

  // Without 32 and 33, which the C library keeps to itself.
  EXPECT_EQ(run_detached("set -- $(sed -n 's/^Sig[BI][lg][kn]://p' /proc/$$/status); "
                         "echo $((0x$1)) $((0x$2 & 0x7fffffff))"),
            "0 0\n");

  ASSERT_EQ(::sigprocmask(SIG_UNBLOCK, &blocked, nullptr), 0);
  ASSERT_NE(::signal(SIGPIPE, SIG_DFL), SIG_ERR);
}

TEST(StartDetached, SaysWhyAProgramCannotRun) {
  const auto missing = start_detached("/no/such/program", {"program"});

  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().os_error(), ENOENT);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "no child is left behind";
}

}  // namespace
}  // namespace larder::sys
