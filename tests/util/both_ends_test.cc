#include "util/both_ends.h"

#include "util/helper_thread.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <vector>

namespace larder::util {
namespace {

TEST(BothEnds, DoesEachOnce) {
  for (const std::size_t count : {0U, 1U, 63U, 64U, 65U, 128U, 10'000U}) {
    std::vector<std::atomic<int>> done(count);
    from_both_ends(count, [&](std::size_t i) { ++done[i]; });

    EXPECT_TRUE(std::ranges::all_of(done, [](const auto& times) { return times == 1; })) << count;
  }
}

// The first and the last wait for each other where there is a second processor: no one thread could
// do them.
TEST(BothEnds, WorksAtBothAtOnce) {
  const int threads = HelperThread::is_worth_starting() ? 2 : 1;
  std::atomic<int> begun = 0;
  constexpr std::size_t kCount = 1000;

  from_both_ends(kCount, [&](std::size_t i) {
    if (i != 0 && i != kCount - kCount % 64) return;  // each thread's first
    ++begun;
    begun.notify_all();
    for (int seen = begun; seen < threads; seen = begun) begun.wait(seen);
  });

  EXPECT_EQ(begun, 2);
}

}  // namespace
}  // namespace larder::util
