#include "compose/tiers_fixture.h"

namespace larder::compose {
namespace {

// Lookups

TEST_F(TiersTest, AskEachTierOnceForWhatNoneHas) {
  EXPECT_EQ(get(*tiers_, "key"), Blobs());
  EXPECT_EQ(lookups(), (std::vector<int>{1, 1, 1}));
  EXPECT_EQ(get_blob(*tiers_, "key", "output"), std::nullopt);
  EXPECT_EQ(lookups(), (std::vector<int>{2, 2, 2}));
  EXPECT_EQ(*get_pack(*tiers_, "key"), nullptr);
  EXPECT_EQ(lookups(), (std::vector<int>{3, 3, 3}));
  EXPECT_FALSE(has(*tiers_, "key"));
  EXPECT_EQ(lookups(), (std::vector<int>{4, 4, 4}));
}

TEST_F(TiersTest, AskNoFurtherThanTheFirstThatHasIt) {
  put(*first_, "one", kOld);
  put(*second_, "two", kOld);

  EXPECT_EQ(get(*tiers_, "one"), kOld);
  EXPECT_EQ(get_blob(*tiers_, "one", "output"), "old");
  EXPECT_EQ(get_blob(*tiers_, "one", "absent"), std::nullopt);
  EXPECT_EQ(lookups(), (std::vector<int>{3, 0, 0}));

  EXPECT_EQ(get(*tiers_, "two"), kOld);
  EXPECT_EQ(lookups(), (std::vector<int>{4, 1, 0}));
}

TEST_F(TiersTest, BackfillTheTiersBeforeTheOneThatHasIt) {
  for (const char* key : {"entry", "blob", "pack"}) put(*third_, key, kOld);

  EXPECT_EQ(get(*tiers_, "entry"), kOld);
  EXPECT_EQ(get_blob(*tiers_, "blob", "output"), "old");
  EXPECT_NE(*get_pack(*tiers_, "pack"), nullptr);

  for (const char* key : {"entry", "blob", "pack"}) {
    EXPECT_EQ(get(*first_, key), kOld);
    EXPECT_EQ(get(*second_, key), kOld);
  }
}

TEST_F(TiersTest, BackfillNoTierThatIsReadOnly) {
  remake([](std::vector<Tier>& list) { list[0].is_read_only = true; });
  put(*third_, "key", kOld);

  EXPECT_EQ(get(*tiers_, "key"), kOld);

  EXPECT_FALSE(has(*first_, "key"));
  EXPECT_TRUE(has(*second_, "key"));
}

TEST_F(TiersTest, LeaveTheBackfillOfWhatARelayGivesToTheRelay) {
  remake([](std::vector<Tier>& list) { list[1].is_relay = true; });
  put(*second_, "key", kOld);
  put(*third_, "beyond", kOld);

  EXPECT_EQ(get(*tiers_, "key"), kOld);
  EXPECT_EQ(get_blob(*tiers_, "key", "output"), "old");
  EXPECT_NE(*get_pack(*tiers_, "key"), nullptr);
  EXPECT_FALSE(has(*first_, "key"));

  EXPECT_EQ(get(*tiers_, "beyond"), kOld);
  EXPECT_TRUE(has(*first_, "beyond"));
}

TEST_F(TiersTest, GiveWhatWasFoundWhereItCannotBeBackfilled) {
  put(*third_, "key", kOld);
  first_->break_changes_with(ErrorCode::no_space);
  second_->break_changes_with(ErrorCode::denied);

  EXPECT_EQ(get(*tiers_, "key"), kOld);

  EXPECT_EQ(tiers_->tier_stats()[0].errors, 1U);
  EXPECT_EQ(tiers_->tier_stats()[0].backfills, 0U);
}

TEST_F(TiersTest, NeverPutAnEntryTogetherFromTwoTiers) {
  put(*first_, "key", kNew);
  put(*second_, "key", kOld);

  EXPECT_EQ(get(*tiers_, "key"), kNew);
  EXPECT_EQ(get_blob(*tiers_, "key", "output"), "new");
  EXPECT_EQ(get_blob(*tiers_, "key", "stderr"), std::nullopt);
}

TEST_F(TiersTest, DoNotBringBackAnEntryThatWasReplacedOrRemovedMeanwhile) {
  put(*third_, "replaced", kOld);
  put(*third_, "removed", kOld);

  third_->interrupt_get_pack([this] { put(*tiers_, "replaced", kNew); });
  EXPECT_EQ(get(*tiers_, "replaced"), kOld);
  third_->interrupt_get_pack([this] {
    ASSERT_TRUE(tiers_->remove({NamespacePath(), key_of("removed")}));
  });
  EXPECT_EQ(get(*tiers_, "removed"), kOld);

  EXPECT_EQ(get(*tiers_, "replaced"), kNew);
  EXPECT_EQ(get(*first_, "replaced"), kNew);
  EXPECT_FALSE(has(*tiers_, "removed"));
}

TEST_F(TiersTest, BackfillAnEntryThoughManyOthersWereMeanwhile) {
  const auto key_number = [](int number) { return "key " + std::to_string(number); };
  for (int i = 0; i < 2000; ++i) put(*third_, key_number(i), kOld);

  third_->interrupt_get_pack([&] {
    for (int i = 1; i < 2000; ++i) EXPECT_EQ(get(*tiers_, key_number(i)), kOld);
  });
  EXPECT_EQ(get(*tiers_, key_number(0)), kOld);

  EXPECT_TRUE(has(*first_, key_number(0)));
}

// Tiers that fail

TEST_F(TiersTest, SkipATierThatFails) {
  put(*second_, "key", kOld);
  first_->break_with(ErrorCode::unavailable);

  EXPECT_EQ(get(*tiers_, "key"), kOld);
  EXPECT_EQ(get_blob(*tiers_, "key", "output"), "old");
  EXPECT_NE(*get_pack(*tiers_, "key"), nullptr);
  EXPECT_TRUE(has(*tiers_, "key"));

  EXPECT_EQ(tiers_->tier_stats()[0].errors, 4U + 3U);  // lookups and backfills
}

TEST_F(TiersTest, TakeWhatOthersDoNotHaveForAbsentWhereOneFails) {
  second_->break_with(ErrorCode::io);

  EXPECT_EQ(get(*tiers_, "key"), Blobs());
  EXPECT_FALSE(has(*tiers_, "key"));
  EXPECT_EQ(tiers_->stats({})->entries, 0U);
}

TEST_F(TiersTest, FailWithTheFirstErrorWhereAllFail) {
  first_->break_with(ErrorCode::unavailable);
  second_->break_with(ErrorCode::denied);
  third_->break_with(ErrorCode::io);

  const auto entry = try_get(*tiers_, "key");

  EXPECT_EQ(code_of(entry), ErrorCode::unavailable);
  EXPECT_EQ(entry.error().message(), "first: first: is broken");
  EXPECT_EQ(code_of(tiers_->has({NamespacePath(), key_of("key")})), ErrorCode::unavailable);
  EXPECT_EQ(code_of(tiers_->stats({})), ErrorCode::unavailable);
  EXPECT_EQ(code_of(tiers_->entries({}, [](const EntryInfo&) { return true; })),
            ErrorCode::unavailable);
}

TEST_F(TiersTest, PassOverACorruptEntryAndReportItWhereThereIsNoOther) {
  first_->break_with(ErrorCode::corrupt);
  second_->break_with(ErrorCode::io);
  EXPECT_EQ(code_of(try_get(*tiers_, "key")), ErrorCode::corrupt);

  put(*third_, "key", kOld);
  EXPECT_EQ(get(*tiers_, "key"), kOld);
}

TEST_F(TiersTest, PassOverADamagedPackAndRemoveIt) {
  put(*second_, "key", kNew);
  second_->give_pack(damaged_pack("key"));
  EXPECT_EQ(code_of(get_pack(*tiers_, "key")), ErrorCode::corrupt);
  EXPECT_FALSE(has(*second_, "key"));

  put(*second_, "key", kNew);
  second_->give_pack(damaged_pack("key"));
  put(*third_, "key", kOld);

  EXPECT_EQ(get(*tiers_, "key"), kOld);
  EXPECT_EQ(get(*first_, "key"), kOld);
  EXPECT_EQ(get(*second_, "key"), kOld);
}

TEST_F(TiersTest, VerifyAPackThatNoTierBeforeTakes) {
  put(*second_, "key", kNew);
  second_->give_pack(damaged_pack("key"));
  first_->break_changes_with(ErrorCode::denied);

  EXPECT_EQ(code_of(try_get(*tiers_, "key")), ErrorCode::corrupt);
}

// The whole

TEST_F(TiersTest, CountAnEntryOnceWithTheSizeOfTheFirstThatHasIt) {
  put(*first_, "both", {{"output", "small"}});
  put(*second_, "both", {{"output", noise_text(50'000)}});
  put(*third_, "one", {{"output", "small"}});

  EXPECT_EQ(*tiers_->stats({}), (StoreStats{2, 8192}));
}

TEST(Tiers, TakeTheNewestUseOfAllTiers) {
  support::FakeClock clock;
  const std::shared_ptr<Backend> first = memory::make_backend({}, clock);
  const std::shared_ptr<Backend> second = memory::make_backend({}, clock);
  const auto tiers = make_tiers(
      {{.name = "first", .backend = first}, {.name = "second", .backend = second}}, clock);
  for (const char* key : {"a", "b", "c"}) put(*tiers, key, kOld);
  EXPECT_EQ(get(*second, "a"), kOld);
  EXPECT_EQ(get(*first, "b"), kOld);

  EXPECT_EQ(tiers->clean({}, {.max_bytes = 8192})->removed.entries, 1U);

  EXPECT_FALSE(has(*first, "c") || has(*second, "c"));
  EXPECT_TRUE(has(*first, "a") && has(*second, "a") && has(*first, "b") && has(*second, "b"));
}

TEST_F(TiersTest, CleanWritableTiersAndTellWhatCouldNotBeRemoved) {
  remake([](std::vector<Tier>& list) { list[0].is_read_only = true; });
  for (const auto& tier : {first_, second_, third_}) put(*tier, "key", kOld);

  EXPECT_EQ(tiers_->clean({}, {.max_bytes = 0})->removed.entries, 1U);
  EXPECT_TRUE(has(*first_, "key"));
  EXPECT_FALSE(has(*second_, "key") || has(*third_, "key"));

  put(*second_, "key", kOld);
  third_->break_with(ErrorCode::unavailable);
  EXPECT_EQ(code_of(tiers_->clean({}, {.max_bytes = 0})), ErrorCode::unavailable);
  EXPECT_FALSE(has(*second_, "key"));
}

TEST_F(TiersTest, SayWhichTierSomethingWasFoundIn) {
  put(*tiers_, "key", kOld);
  std::vector<std::string> found;

  const auto report = tiers_->verify(
      {}, {.on_finding = [&](const Finding& finding) { found.push_back(finding.where); }});

  EXPECT_EQ(found, (std::vector<std::string>{"first: somewhere", "second: somewhere",
                                             "third: somewhere"}));
  EXPECT_EQ(report->entries, 1U);
}

TEST_F(TiersTest, VerifyTheOthersThoughOneFails) {
  second_->break_with(ErrorCode::io);
  int found = 0;

  EXPECT_EQ(code_of(tiers_->verify({}, {.on_finding = [&](const Finding&) { ++found; }})),
            ErrorCode::io);

  EXPECT_EQ(found, 2);
}

TEST_F(TiersTest, SayWhereAllOfThemLive) {
  EXPECT_EQ(tiers_->dir({}), "{first:,second:,third:}");
  EXPECT_EQ(tiers_->dir(NamespacePath::parse("a/b").value()), "{first:,second:,third:}/a/b");
}

TEST_F(TiersTest, CountWhatEachTierWasAskedFor) {
  put(*second_, "key", kOld);
  const std::uint64_t pack_bytes = (*get_pack(*second_, "key"))->size();
  EXPECT_EQ(get(*tiers_, "key"), kOld);
  EXPECT_EQ(get(*tiers_, "key"), kOld);
  EXPECT_EQ(get(*tiers_, "absent"), Blobs());
  put(*tiers_, "other", kOld);

  const std::vector<TierStats> stats = tiers_->tier_stats();

  EXPECT_EQ(stats[0].name, "first");
  EXPECT_EQ(stats[0].hits, 1U);
  EXPECT_EQ(stats[0].misses, 2U);
  EXPECT_EQ(stats[0].backfills, 1U);
  EXPECT_EQ(stats[0].puts, 1U);
  EXPECT_EQ(stats[0].bytes_read, 6U);
  EXPECT_EQ(stats[0].bytes_written, pack_bytes);
  EXPECT_EQ(stats[1].hits, 1U);
  EXPECT_EQ(stats[1].bytes_read, pack_bytes);
  EXPECT_EQ(stats[1].puts, 1U);
  EXPECT_EQ(stats[2].misses, 1U);
  EXPECT_EQ(stats[2].errors, 0U);
}

}  // namespace
}  // namespace larder::compose
