#include "conformance/conformance.h"
#include "support/data.h"

#include <vector>

/// stats, entries, dir and verify.
namespace larder::conformance {
namespace {

using support::key_of;

TEST_P(StoreConformance, IsEmptyAtFirst) {
  EXPECT_EQ(stats(store()), StoreStats());
  EXPECT_TRUE(walk(store()).empty());
  EXPECT_EQ(clean(store(), {.max_bytes = 0}).removed, StoreStats());
}

TEST_P(StoreConformance, CountsWhatEntriesOccupy) {
  const std::vector<store::BlobLength> two = {{"blob", 10'000}, {"more", 70'000}};

  put_noise(store(), "a", 1);
  put_noise(store(), "b", 10'000);
  put(store(), "b", "more", noise_text(70'000));

  EXPECT_EQ(stats(store()).entries, 2U);
  EXPECT_EQ(stats(store()).bytes, bytes_of_noise(1) + GetParam().occupied_bytes(two));
}

TEST_P(StoreConformance, CountsAReplacedEntryOnce) {
  put_noise(store(), "a", 50'000);
  put_noise(store(), "a", 10'000);
  EXPECT_EQ(stats(store()), (StoreStats{1, bytes_of_noise(10'000)}));

  put_entry(store(), "a", {{"blob", noise_text(100'000)}});
  EXPECT_EQ(stats(store()), (StoreStats{1, bytes_of_noise(100'000)}));
}

TEST_P(StoreConformance, CountsNoLongerWhatWasRemoved) {
  put_noise(store(), "a", 50'000);
  put_noise(store(), "b", 10'000);

  remove(store(), "a");
  remove(store(), "absent");
  EXPECT_EQ(stats(store()), (StoreStats{1, bytes_of_noise(10'000)}));

  remove(store(), "b");
  EXPECT_EQ(stats(store()), StoreStats());
}

TEST_P(StoreConformance, WalksEveryEntryOnce) {
  std::set<std::string> expected;
  for (int i = 0; i < 100; ++i) {
    const std::string key = "key " + std::to_string(i);
    put_noise(store(), key, static_cast<std::size_t>(i) * 100);
    expected.insert(':' + key);
  }

  EXPECT_EQ(walk(store()), expected);
  EXPECT_EQ(walked_stats(store()), stats(store()));
}

TEST_P(StoreConformance, EndsTheWalkWhenTold) {
  for (const char* key : {"a", "b", "c"}) put(store(), key, "blob", "");
  int seen = 0;

  ASSERT_TRUE(store().entries([&seen](const EntryInfo&) { return ++seen < 2; }));

  EXPECT_EQ(seen, 2);
}

TEST_P(StoreConformance, LetsTheWalkerRemoveWhatItSees) {
  for (int i = 0; i < 20; ++i) put(store(), std::to_string(i), "blob", "");

  ASSERT_TRUE(store().entries([this](const EntryInfo& info) {
    EXPECT_TRUE(store().remove(info.key));
    return true;
  }));

  EXPECT_EQ(stats(store()), StoreStats());
}

TEST_P(StoreConformance, TellsWhenAnEntryWasLastUsed) {
  const auto last_use = [this] {
    std::chrono::system_clock::time_point time;
    EXPECT_TRUE(store().entries([&time](const EntryInfo& info) {
      time = info.last_use;
      return true;
    }));
    return time;
  };
  const auto before_put = clock().now();
  put(store(), "key", "blob", "value");
  EXPECT_GT(last_use(), before_put);
  EXPECT_LT(last_use(), clock().now());

  clock().advance(std::chrono::hours(1));
  const auto before_get = clock().now();
  EXPECT_EQ(get(store(), "key", "blob"), "value");
  EXPECT_GT(last_use(), before_get);
  EXPECT_LT(last_use(), clock().now());
}

TEST_P(StoreConformance, TellsWhereItLives) {
  EXPECT_FALSE(store().dir().empty());
  EXPECT_TRUE(in_namespace(store(), "sub")->dir().starts_with(store().dir()));
  EXPECT_NE(in_namespace(store(), "sub")->dir(), store().dir());
}

TEST_P(StoreConformance, FindsNothingWrongWithASoundStore) {
  put_entry(store(), "a", {{"raw", noise_text(100'000)}, {"text", std::string(300'000, 'x')}});
  put(*in_namespace(store(), "sub"), "b", "blob", "value");
  std::vector<std::string> findings;
  VerifyOptions options;
  options.repair = true;
  options.on_finding = [&findings](const Finding& finding) {
    findings.push_back(finding.where + ": " + finding.detail);
  };

  const auto report = store().verify(options);

  ASSERT_TRUE(report);
  EXPECT_EQ(report->entries, 2U);
  EXPECT_EQ(report->findings, 0U);
  EXPECT_EQ(report->repaired, 0U);
  EXPECT_EQ(findings, std::vector<std::string>());
  EXPECT_EQ(walk(store()), (std::set<std::string>{":a", "sub:b"}));
}

}  // namespace
}  // namespace larder::conformance
