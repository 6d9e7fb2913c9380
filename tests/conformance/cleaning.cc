#include "conformance/conformance.h"
#include "support/data.h"

#include <chrono>

/// clean, and the order of last use that it goes by.
namespace larder::conformance {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using Seen = std::set<std::string>;

TEST_P(StoreConformance, CleansNothingWhenToldNothing) {
  put_row("ab");

  const CleanReport report = clean(store(), {});

  EXPECT_EQ(report.removed, StoreStats());
  EXPECT_EQ(report.kept, stats(store()));
  EXPECT_EQ(walk(store()), (Seen{":a", ":b"}));
}

TEST_P(StoreConformance, CleansTheLeastRecentlyUsed) {
  put_row("abcde");

  const CleanReport report = clean(store(), {.max_bytes = bytes_of_row(2)});

  EXPECT_EQ(walk(store()), (Seen{":d", ":e"}));
  EXPECT_EQ(report.removed, (StoreStats{3, bytes_of_row(3)}));
  EXPECT_EQ(report.kept, (StoreStats{2, bytes_of_row(2)}));
  EXPECT_EQ(stats(store()), report.kept);
}

TEST_P(StoreConformance, CleansToTheSizeOrBelow) {
  put_row("abcde");
  EXPECT_EQ(clean(store(), {.max_bytes = bytes_of_row(5)}).removed.entries, 0U);
  EXPECT_EQ(clean(store(), {.max_bytes = bytes_of_row(5) - 1}).removed.entries, 1U);
  EXPECT_EQ(clean(store(), {.max_bytes = bytes_of_row(2) + 1}).removed.entries, 2U);
  EXPECT_EQ(walk(store()), (Seen{":d", ":e"}));

  EXPECT_EQ(clean(store(), {.max_bytes = 0}).removed.entries, 2U);
  EXPECT_EQ(stats(store()), StoreStats());
}

TEST_P(StoreConformance, CountsGettingAsUse) {
  put_row("abcd");
  EXPECT_NE(get(store(), "a", "blob"), std::nullopt);
  EXPECT_FALSE(get_entry(store(), "c").empty());

  (void)clean(store(), {.max_bytes = bytes_of_row(2)});

  EXPECT_EQ(walk(store()), (Seen{":a", ":c"}));
}

TEST_P(StoreConformance, CountsPuttingAsUse) {
  put_row("abcd");
  put_row("a");
  put(store(), "b", "blob", noise_text(10'000, 7));

  (void)clean(store(), {.max_bytes = bytes_of_row(2)});

  EXPECT_EQ(walk(store()), (Seen{":a", ":b"}));
}

TEST_P(StoreConformance, CountsNeitherAskingNorMissingAsUse) {
  put_row("abcd");
  EXPECT_TRUE(has(store(), "a"));
  EXPECT_EQ(get(store(), "b", "absent"), std::nullopt);
  EXPECT_EQ(walk(store()).size(), 4U);

  (void)clean(store(), {.max_bytes = bytes_of_row(2)});

  EXPECT_EQ(walk(store()), (Seen{":c", ":d"}));
}

TEST_P(StoreConformance, CleansByAgeSinceLastUse) {
  put_row("abc");
  clock().advance(hours(10));
  EXPECT_NE(get(store(), "b", "blob"), std::nullopt);
  put_row("d");
  clock().advance(hours(1));

  EXPECT_EQ(clean(store(), {.max_age = hours(12)}).removed.entries, 0U);
  const CleanReport report = clean(store(), {.max_age = hours(2)});

  EXPECT_EQ(report.removed, (StoreStats{2, bytes_of_row(2)}));
  EXPECT_EQ(walk(store()), (Seen{":b", ":d"}));
}

TEST_P(StoreConformance, CleansByAnAgeOfNothingAndOfForEver) {
  put_row("abc");
  EXPECT_EQ(clean(store(), {.max_age = seconds::max()}).removed.entries, 0U);

  clock().advance(seconds(1));
  EXPECT_EQ(clean(store(), {.max_age = seconds(0)}).removed.entries, 3U);
}

TEST_P(StoreConformance, CleansBySizeAndAge) {
  put_row("ab");
  clock().advance(hours(10));
  put_row("cde");

  const CleanReport report = clean(store(), {.max_bytes = bytes_of_row(2), .max_age = hours(5)});

  EXPECT_EQ(report.removed, (StoreStats{3, bytes_of_row(3)}));
  EXPECT_EQ(walk(store()), (Seen{":d", ":e"}));
}

TEST_P(StoreConformance, CleansByAgeWhatTheSizeAllows) {
  put_row("ab");
  clock().advance(hours(10));
  put_row("cde");

  (void)clean(store(), {.max_bytes = bytes_of_row(4), .max_age = hours(5)});

  EXPECT_EQ(walk(store()), (Seen{":c", ":d", ":e"}));
}

TEST_P(StoreConformance, OnlyReportsInADryRun) {
  put_row("abcde");

  const CleanReport foretold = clean(store(), {.max_bytes = bytes_of_row(2), .dry_run = true});
  EXPECT_EQ(stats(store()), (StoreStats{5, bytes_of_row(5)}));

  const CleanReport done = clean(store(), {.max_bytes = bytes_of_row(2)});
  EXPECT_EQ(foretold.removed, done.removed);
  EXPECT_EQ(foretold.kept, done.kept);
}

TEST_P(StoreConformance, RemembersLastUseWhenItIsClosed) {
  put_row("abcd");
  EXPECT_NE(get(store(), "a", "blob"), std::nullopt);

  if (!reopen()) GTEST_SKIP() << "this store ends when it is closed";

  (void)clean(store(), {.max_bytes = bytes_of_row(2)});
  EXPECT_EQ(walk(store()), (Seen{":a", ":d"}));
}

TEST_P(StoreConformance, CleansAllBlobsOfAnEntryTogether) {
  put_entry(store(), "a", {{"one", noise_text(50'000)}, {"two", "2"}});
  put_row("b");

  (void)clean(store(), {.max_bytes = bytes_of_row(1)});

  EXPECT_EQ(get_entry(store(), "a"), Blobs());
  EXPECT_EQ(walk(store()), (Seen{":b"}));
}

}  // namespace
}  // namespace larder::conformance
