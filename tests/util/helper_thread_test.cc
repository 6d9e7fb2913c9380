#include "util/helper_thread.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>

namespace larder::util {
namespace {

TEST(HelperThread, HasDoneItsWorkOnceJoined) {
  bool is_done = false;
  HelperThread helper;
  EXPECT_FALSE(helper.has_started());

  ASSERT_TRUE(helper.start([&] { is_done = true; }));
  EXPECT_TRUE(helper.has_started());
  helper.join();

  EXPECT_TRUE(is_done);
}

TEST(HelperThread, IsWaitedForWhenItGoesOutOfScope) {
  bool is_done = false;
  {
    HelperThread helper;
    ASSERT_TRUE(helper.start([&] { is_done = true; }));
  }
  EXPECT_TRUE(is_done);
}

TEST(HelperThread, MayUseEveryProcessorThatItsMakerMay) {
  cpu_set_t expected;
  ASSERT_EQ(::sched_getaffinity(0, sizeof expected, &expected), 0);
  cpu_set_t seen;
  CPU_ZERO(&seen);
  {
    HelperThread helper;
    ASSERT_TRUE(helper.start([&] { (void)::sched_getaffinity(0, sizeof seen, &seen); }));
  }
  EXPECT_TRUE(CPU_EQUAL(&seen, &expected));
}

TEST(HelperThread, LeavesSignalsToItsMaker) {
  sigset_t blocked;
  (void)sigemptyset(&blocked);
  {
    HelperThread helper;
    ASSERT_TRUE(helper.start([&] { (void)pthread_sigmask(SIG_BLOCK, nullptr, &blocked); }));
  }
  sigset_t own;
  (void)pthread_sigmask(SIG_BLOCK, nullptr, &own);

  EXPECT_EQ(sigismember(&blocked, SIGTERM), 1);
  EXPECT_EQ(sigismember(&own, SIGTERM), 0);
}

/// Reads from a mapping that has lost its file.
void fault() {
  const int fd = ::memfd_create("short", MFD_CLOEXEC);
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* const mapped = ::mmap(nullptr, page, PROT_READ, MAP_SHARED, fd, 0);
  (void)*static_cast<volatile char*>(mapped);
}

TEST(HelperThreadDeathTest, BringsItsOwnFaultsToTheProgramsHandler) {
  constexpr int kHandled = 7;
  EXPECT_EXIT(
      {
        (void)::signal(SIGBUS, [](int) { ::_exit(kHandled); });
        HelperThread helper;
        (void)helper.start(fault);
        helper.join();
      },
      testing::ExitedWithCode(kHandled), "");
}

}  // namespace
}  // namespace larder::util
