#include "util/both_ends.h"

#include "util/helper.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <vector>

namespace larder::util {
namespace {

constexpr std::size_t kBlock = 64;

TEST(BothEnds, DoesEachOnce) {
  for (const std::size_t count : {0U, 1U, 63U, 64U, 65U, 128U, 10'000U}) {
    Helper helper([] { return true; });
    std::vector<std::atomic<int>> done(count);
    from_both_ends(helper, count, kBlock, [&](std::size_t i) { ++done[i]; });

    EXPECT_TRUE(std::ranges::all_of(done, [](const auto& times) { return times == 1; })) << count;
  }
}

// The first and the last wait for each other: no one thread could do them.
TEST(BothEnds, WorksAtBothAtOnce) {
  constexpr int kThreads = 2;
  Helper helper([] { return true; });
  std::atomic<int> begun = 0;
  constexpr std::size_t kCount = 1000;

  from_both_ends(helper, kCount, kBlock, [&](std::size_t i) {
    if (i != 0 && i != kCount - kCount % kBlock) return;  // each thread's first
    ++begun;
    begun.notify_all();
    for (int seen = begun; seen < kThreads; seen = begun) begun.wait(seen);
  });

  EXPECT_EQ(begun, kThreads);
}

TEST(BothEnds, DoesAllWithoutAHelper) {
  Helper helper([] { return false; });
  std::vector<std::size_t> done;
  from_both_ends(helper, 1000, kBlock, [&](std::size_t i) { done.push_back(i); });

  ASSERT_EQ(done.size(), 1000U);
  EXPECT_TRUE(std::ranges::is_sorted(done));
}

}  // namespace
}  // namespace larder::util
