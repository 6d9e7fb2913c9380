// What a program has that src/start/libc_start.c starts. This one is.

#include <gtest/gtest.h>

// glibc's header is for C, and clang has no _Bool in C++.
#define _Bool bool
#include <sys/platform/x86.h>
#undef _Bool

#include <unistd.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace larder {
namespace {

int constructed = 0;
const int first = ++constructed;
const std::string second(100, static_cast<char>('0' + ++constructed));

// What it is there for; were libc asked as usual, this would be what the processor has.
TEST(LibcStart, LeavesTheProcessorUnasked) { EXPECT_FALSE(CPU_FEATURE_ACTIVE(SSE2)); }

TEST(LibcStart, RunsConstructorsInTheirOrder) {
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, std::string(100, '2'));
}

TEST(LibcStart, HandsOverArgumentsAndEnvironment) {
  const std::vector<std::string> arguments = testing::internal::GetArgvs();

  EXPECT_FALSE(arguments.empty());
  EXPECT_NE(std::getenv("PATH"), nullptr);
  ASSERT_EQ(::setenv("LARDER_START", "set", 1), 0);
  EXPECT_EQ(std::getenv("LARDER_START"), std::string_view("set"));
}

TEST(LibcStart, LetsExceptionsBeCaught) {
  EXPECT_THROW((void)std::vector<int>().at(1), std::out_of_range);
}

TEST(LibcStart, GivesEachThreadItsOwnVariables) {
  thread_local int of_thread = 7;
  of_thread = 8;
  int seen = 0;
  std::thread([&] { seen = of_thread; }).join();

  EXPECT_EQ(seen, 7);
  EXPECT_EQ(of_thread, 8);
}

TEST(LibcStart, SetsGuardsForTheStack) {
  std::uintptr_t guard = 0;
  asm("movq %%fs:0x28, %0" : "=r"(guard));

  EXPECT_NE(guard, 0U);
  EXPECT_EQ(guard & 0xFF, 0U);
}

TEST(LibcStart, FlushesStreamsAndRunsWhatIsRegisteredAtTheEnd) {
  const auto end = [] {
    (void)std::atexit([] { (void)std::fputs("registered\n", stderr); });
    (void)std::setvbuf(stdout, nullptr, _IOFBF, 4096);
    (void)::dup2(STDERR_FILENO, STDOUT_FILENO);
    (void)std::fputs("buffered\n", stdout);
    std::exit(3);
  };

  EXPECT_EXIT(end(), testing::ExitedWithCode(3), "registered\nbuffered\n");
}

// Around the sizes at which libc changes the way it goes, which this start tells it.
TEST(LibcStart, LetsLibcMoveBytesOfEverySize) {
  std::vector<unsigned char> bytes(5 << 20);
  std::iota(bytes.begin(), bytes.end(), static_cast<unsigned char>(1));
  for (const std::size_t size :
       {1UL, 15UL, 16UL, 64UL, 2048UL, 2049UL, 786'431UL, 786'432UL, 1'048'577UL, 4'194'304UL}) {
    for (const std::size_t distance : {1UL, 63UL, 4096UL}) {
      std::vector<unsigned char> moved = bytes;
      std::memmove(moved.data() + distance, moved.data(), size);

      const auto begin = moved.begin() + static_cast<std::ptrdiff_t>(distance);
      EXPECT_TRUE(std::equal(begin, begin + static_cast<std::ptrdiff_t>(size), bytes.begin()))
          << size << " bytes by " << distance;
    }
  }
}

}  // namespace
}  // namespace larder
