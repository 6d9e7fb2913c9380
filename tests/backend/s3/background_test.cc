#include "backend/s3/background.h"

#include <gtest/gtest.h>

#include <latch>
#include <numeric>
#include <vector>

namespace larder::s3 {
namespace {

std::vector<int> first_numbers(int count) {
  std::vector<int> numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

TEST(S3Background, RunsTasksInTheirOrder) {
  Background background;
  std::vector<int> done;
  for (int i = 0; i < 100; ++i) background.post([&done, i] { done.push_back(i); });

  background.wait();

  EXPECT_EQ(done, first_numbers(100));
}

TEST(S3Background, DoesNotKeepWhoPostsWaiting) {
  Background background;
  std::latch posted(1);
  bool is_done = false;

  background.post([&] {
    posted.wait();
    is_done = true;
  });
  posted.count_down();
  background.wait();

  EXPECT_TRUE(is_done);
}

TEST(S3Background, WaitsForNothingWhenThereIsNothing) {
  Background background;

  background.wait();

  EXPECT_FALSE(background.is_to_end());
}

TEST(S3Background, RunsWhatIsWaitingBeforeItEnds) {
  std::vector<int> done;
  {
    Background background;
    for (int i = 0; i < 100; ++i) background.post([&done, i] { done.push_back(i); });
  }

  EXPECT_EQ(done, first_numbers(100));
}

TEST(S3Background, LetsATaskPostAnother) {
  bool is_done = false;
  {
    Background background;
    background.post([&] { background.post([&is_done] { is_done = true; }); });
  }

  EXPECT_TRUE(is_done);
}

}  // namespace
}  // namespace larder::s3
