#include "compile/counters.h"

#include "support/data.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

namespace larder::compile {
namespace {

class CountersTest : public testing::Test {
 protected:
  void add(Counter counter, std::uint64_t by = 1) {
    CountChange change;
    change.add(counter, by);
    ASSERT_TRUE(add_counts(path_, change));
  }

  support::TempDir dir_;
  std::string path_ = dir_.file("counters");
};

TEST_F(CountersTest, AreZeroBeforeThereIsAFile) {
  const Counts counts = read_counts(path_).value();

  EXPECT_EQ(counts.hits(), 0U);
  EXPECT_EQ(counts.misses(), 0U);
  EXPECT_EQ(dir_.children(), 0U);
}

TEST_F(CountersTest, AddUp) {
  add(Counter::direct_hit);
  add(Counter::preprocessed_hit, 2);
  add(Counter::miss_new);
  add(Counter::saved_ms, 250);

  const Counts counts = read_counts(path_).value();

  EXPECT_EQ(counts.hits(), 3U);
  EXPECT_EQ(counts.misses(), 1U);
  EXPECT_EQ(counts[Counter::saved_ms], 250U);
}

TEST_F(CountersTest, CountPassThroughsByReason) {
  CountChange change;
  change.add(Counter::passed_through);
  change.reason = PassThroughReason::environment;

  ASSERT_TRUE(add_counts(path_, change));

  const Counts counts = read_counts(path_).value();
  EXPECT_EQ(counts[Counter::passed_through], 1U);
  EXPECT_EQ(counts.by_reason[static_cast<std::size_t>(PassThroughReason::environment)], 1U);
}

TEST_F(CountersTest, LoseNothingWhenManyAddAtOnceToAFileThatIsNotThereYet) {
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([this] {
      for (int round = 0; round < 100; ++round) add(Counter::direct_hit);
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(read_counts(path_).value().hits(), 800U);
}

TEST_F(CountersTest, AreZeroAgainAfterZeroingWhichIsDated) {
  add(Counter::direct_hit);

  ASSERT_TRUE(zero_counts(path_, std::chrono::system_clock::time_point(std::chrono::seconds(99))));

  const Counts counts = read_counts(path_).value();
  EXPECT_EQ(counts.hits(), 0U);
  EXPECT_EQ(counts[Counter::zeroed_at], 99U);
}

TEST_F(CountersTest, BeginAnewInPlaceOfGarbage) {
  (void)support::make_file(path_, support::noise(4096));

  add(Counter::direct_hit);

  EXPECT_EQ(read_counts(path_).value().hits(), 1U);
}

TEST(Counter, HasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kCounters; ++i) names.insert(to_string(static_cast<Counter>(i)));

  EXPECT_EQ(names.size(), kCounters);
}

}  // namespace
}  // namespace larder::compile
