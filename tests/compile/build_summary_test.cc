#include "compile/build_summary.h"

#include "support/temp_dir.h"

#include <gtest/gtest.h>

#include <string>

namespace larder::compile {
namespace {

constexpr std::int64_t kMinute = 60'000;

/// A history of compiles at made-up times.
class BuildSummaryTest : public testing::Test {
 protected:
  /// Records a miss on a.c, or on another source.
  HistoryRecord miss(std::int64_t time_ms, std::uint64_t hits, const std::string& source = "a.c") {
    HistoryRecord record;
    record.time_ms = time_ms;
    record.outcome = "misses_changed";
    record.detail = "a.h";
    record.change = "changed";
    record.directory = "/w";
    record.source = source;
    record.object = source + ".o";
    record.compile_ms = 1000;
    record.manifest = "aa";
    record.result = "bb";
    record.totals = {.hits = hits, .saved_ms = hits * 10};
    return record;
  }
  void record(const HistoryRecord& record) { ASSERT_TRUE(append_history(history_, record)); }

  BuildSummary summarise(std::uint64_t hits, const BuildWindow& window) {
    counts_.values[static_cast<std::size_t>(Counter::direct_hit)] = hits;
    counts_.values[static_cast<std::size_t>(Counter::saved_ms)] = hits * 10;
    return summarise_build(
               {.history = history_, .compilers = history_, .counts = counts_, .uses = uses_},
               window)
        .value();
  }

  support::TempDir dir_;
  std::string history_ = dir_.file("history");
  Counts counts_;
  LastUses uses_;
};

TEST_F(BuildSummaryTest, BeginsAfterTheLastPause) {
  record(miss(10 * kMinute, 5));
  record(miss(30 * kMinute, 7));
  record(miss(39 * kMinute, 9));

  const BuildSummary summary = summarise(12, {});

  EXPECT_EQ(summary.misses, 2U);
  EXPECT_EQ(summary.begin_ms, 30 * kMinute - 1000);
  EXPECT_EQ(summary.end_ms, 39 * kMinute);
}

TEST_F(BuildSummaryTest, CountsHitsSinceTheRecordBeforeIt) {
  record(miss(10 * kMinute, 5));
  record(miss(30 * kMinute, 7));
  record(miss(31 * kMinute, 9));

  const BuildSummary summary = summarise(12, {});

  ASSERT_TRUE(summary.hits);
  EXPECT_EQ(summary.hits->hits, 7U);
  EXPECT_EQ(summary.hits->saved_ms, 70U);
  EXPECT_EQ(summary.hits_from_ms, 10 * kMinute);
  EXPECT_EQ(summary.hits_before_first, 2U);
  EXPECT_EQ(summary.hits_after_last, 3U);
}

TEST_F(BuildSummaryTest, TakesNoLongCompileForAPause) {
  record(miss(10 * kMinute, 0));
  HistoryRecord large = miss(30 * kMinute, 0);
  large.compile_ms = 15 * kMinute;
  record(large);

  EXPECT_EQ(summarise(0, {}).misses, 2U);
}

TEST_F(BuildSummaryTest, HasWhatIsSinceATime) {
  record(miss(10 * kMinute, 0));
  record(miss(11 * kMinute, 0));

  const BuildSummary summary = summarise(0, {.since_ms = 11 * kMinute});

  EXPECT_EQ(summary.misses, 1U);
}

TEST_F(BuildSummaryTest, TellsHitsWithoutAnyRecord) {
  record(miss(10 * kMinute, 5));

  const BuildSummary summary = summarise(8, {.since_ms = 40 * kMinute});

  EXPECT_EQ(summary.begin_ms, 0);
  ASSERT_TRUE(summary.hits);
  EXPECT_EQ(summary.hits->hits, 3U);
  EXPECT_EQ(summary.hits_from_ms, 10 * kMinute);
}

TEST_F(BuildSummaryTest, DoesNotKnowHitsWhereRecordsDoNotTell) {
  HistoryRecord old = miss(10 * kMinute, 0);
  old.totals.reset();
  record(old);

  EXPECT_FALSE(summarise(8, {}).hits);
}

TEST_F(BuildSummaryTest, CountsFromZeroWhereTheCountsWereSetToZero) {
  record(miss(10 * kMinute, 500));
  record(miss(30 * kMinute, 2));
  counts_.values[static_cast<std::size_t>(Counter::zeroed_at)] = 20 * 60;

  const BuildSummary summary = summarise(4, {});

  EXPECT_TRUE(summary.was_zeroed);
  ASSERT_TRUE(summary.hits);
  EXPECT_EQ(summary.hits->hits, 4U);
}

TEST_F(BuildSummaryTest, CountsMissesByCause) {
  record(miss(1 * kMinute, 0, "a.c"));
  record(miss(2 * kMinute, 0, "b.c"));
  HistoryRecord evicted = miss(3 * kMinute, 0, "c.c");
  evicted.outcome = "misses_evicted";
  evicted.detail.clear();
  record(evicted);

  const BuildSummary summary = summarise(0, {});

  ASSERT_EQ(summary.causes.size(), 2U);
  EXPECT_EQ(summary.causes[0].what, "/w/a.h has changed");
  EXPECT_EQ(summary.causes[0].count, 2U);
  EXPECT_EQ(summary.causes[1].what, "its result was evicted or removed");
}

TEST_F(BuildSummaryTest, ComparesWithCompilesBeforeTheWindow) {
  HistoryRecord before = miss(1 * kMinute, 0);
  before.manifest = "cc";
  record(before);
  HistoryRecord now = miss(30 * kMinute, 0);
  now.outcome = "misses_new";
  now.description.arguments = {"-O2"};
  record(now);

  const BuildSummary summary = summarise(0, {});

  ASSERT_EQ(summary.causes.size(), 1U);
  EXPECT_EQ(summary.causes[0].what, "new argument: -O2");
}

TEST_F(BuildSummaryTest, NamesTheTenCostliestMisses) {
  for (int i = 0; i < 12; ++i) {
    HistoryRecord one = miss(kMinute + i, 0, std::to_string(i) + ".c");
    one.compile_ms = static_cast<std::uint64_t>(i);
    record(one);
  }

  const BuildSummary summary = summarise(0, {});

  ASSERT_EQ(summary.costliest.size(), 10U);
  EXPECT_EQ(summary.costliest[0].file, "/w/11.c");
  EXPECT_EQ(summary.costliest[9].compile_ms, 2U);
}

TEST_F(BuildSummaryTest, CountsWhatWasNotStoredAndWhatRanUncached) {
  HistoryRecord failed = miss(1 * kMinute, 0);
  failed.unstored = "compiles_failed";
  record(failed);
  HistoryRecord link = miss(2 * kMinute, 0);
  link.manifest.clear();
  link.outcome = "link";
  record(link);

  const BuildSummary summary = summarise(0, {});

  ASSERT_EQ(summary.unstored.size(), 1U);
  EXPECT_EQ(summary.unstored[0].what, "compiles_failed");
  ASSERT_EQ(summary.uncached.size(), 1U);
  EXPECT_EQ(summary.uncached[0].what, "link");
}

}  // namespace
}  // namespace larder::compile
