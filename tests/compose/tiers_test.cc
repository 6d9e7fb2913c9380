#include "compose/tiers.h"

#include "backend/disk/disk_backend.h"
#include "conformance/conformance.h"
#include "store/view.h"
#include "support/backend_double.h"
#include "support/data.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>

#include <latch>
#include <map>
#include <thread>
#include <vector>

namespace larder::compose {
namespace {

using conformance::Blobs;
using conformance::code_of;
using conformance::noise_text;
using store::Backend;
using store::NamespacePath;
using support::BackendDouble;
using support::key_of;
using support::name_of;
using PackPtr = std::shared_ptr<const store::PackBytes>;

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

Result<void> try_put(Backend& backend, std::string_view key, const Blobs& blobs) {
  std::vector<NamedSource> sources;
  for (const auto& [name, value] : blobs) {
    sources.push_back({name_of(name), BlobSource::from_text(value)});
  }
  return backend.put_entry({NamespacePath(), key_of(key)}, sources, kUnlimited);
}

void put(Backend& backend, std::string_view key, const Blobs& blobs) {
  const auto done = try_put(backend, key, blobs);
  ASSERT_TRUE(done) << done.error().message();
}

Result<void> put_blob(Backend& backend, std::string_view key, std::string_view name,
                      std::string_view value) {
  return backend.put({NamespacePath(), key_of(key)}, {name_of(name), BlobSource::from_text(value)},
                     kUnlimited);
}

Result<std::optional<Entry>> try_get(Backend& backend, std::string_view key) {
  return backend.get_entry({NamespacePath(), key_of(key)});
}

/// Empty if there is no entry.
Blobs get(Backend& backend, std::string_view key) {
  Blobs blobs;
  const auto entry = try_get(backend, key);
  EXPECT_TRUE(entry) << entry.error().message();
  if (!entry || !*entry) return blobs;
  for (const auto& [name, blob] : (*entry)->blobs) {
    blobs[name.text()] = support::text_of(blob.read().value());
  }
  return blobs;
}

std::optional<std::string> get_blob(Backend& backend, std::string_view key, std::string_view name) {
  const auto blob = backend.get({NamespacePath(), key_of(key)}, name_of(name)).value();
  return blob ? std::optional(support::text_of(blob->read().value())) : std::nullopt;
}

bool has(Backend& backend, std::string_view key) {
  return backend.has({NamespacePath(), key_of(key)}).value();
}

Result<PackPtr> get_pack(Backend& backend, std::string_view key) {
  return backend.get_pack({NamespacePath(), key_of(key)});
}

util::ByteBuffer bytes_of(const store::PackBytes& pack) {
  util::ByteBuffer bytes(pack.size());
  EXPECT_TRUE(pack.read_at(0, bytes));
  return bytes;
}

/// The pack of an entry, with a bit of a blob flipped.
PackPtr damaged_pack(std::string_view key) {
  const auto backend = memory::make_backend({});
  put(*backend, key, {{"output", noise_text(5000)}});
  util::ByteBuffer bytes = bytes_of(**get_pack(*backend, key));
  bytes.back() ^= std::byte{1};
  return store::pack_bytes_of(std::make_shared<const util::ByteBuffer>(std::move(bytes)));
}

/// Three doubles as tiers.
class TiersTest : public testing::Test {
 protected:
  TiersTest() { remake(); }

  /// Makes the tiers again, of the same doubles.
  void remake(const std::function<void(std::vector<Tier>&)>& change = {}) {
    std::vector<Tier> list = {
        {.name = "first", .backend = first_},
        {.name = "second", .backend = second_},
        {.name = "third", .backend = third_},
    };
    if (change) change(list);
    tiers_ = make_tiers(std::move(list));
  }

  [[nodiscard]] std::vector<int> lookups() const {
    return {first_->lookups(), second_->lookups(), third_->lookups()};
  }

  std::shared_ptr<BackendDouble> first_ = std::make_shared<BackendDouble>("first:");
  std::shared_ptr<BackendDouble> second_ = std::make_shared<BackendDouble>("second:");
  std::shared_ptr<BackendDouble> third_ = std::make_shared<BackendDouble>("third:");
  std::unique_ptr<TieredBackend> tiers_;
};

const Blobs kOld = {{"output", "old"}, {"stderr", "old"}};
const Blobs kNew = {{"exit_code", "new"}, {"output", "new"}};

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

// Puts

TEST_F(TiersTest, PutIntoEveryWritableTier) {
  remake([](std::vector<Tier>& list) { list[1].is_read_only = true; });

  put(*tiers_, "key", kOld);

  EXPECT_EQ(get(*first_, "key"), kOld);
  EXPECT_FALSE(has(*second_, "key"));
  EXPECT_EQ(get(*third_, "key"), kOld);
}

TEST_F(TiersTest, PutTheSameBytesIntoAll) {
  const support::TempDir dir;
  std::vector<std::shared_ptr<Backend>> disks;
  std::vector<Tier> list;
  for (const char* name : {"a", "b"}) {
    disks.push_back(
        disk::open_backend({.dir = dir.file(name), .compression = {Compression::Mode::none}})
            .value());
    list.push_back({.name = name, .backend = disks.back()});
  }
  const auto tiers = make_tiers(std::move(list));

  put(*tiers, "key", {{"output", std::string(100'000, 'x')}});

  EXPECT_EQ(bytes_of(**get_pack(*disks[0], "key")), bytes_of(**get_pack(*disks[1], "key")));
}

TEST_F(TiersTest, PutSucceedsIfOneTierTookIt) {
  first_->break_with(ErrorCode::io);
  third_->break_with(ErrorCode::unavailable);

  put(*tiers_, "key", kOld);
  EXPECT_TRUE(put_blob(*tiers_, "other", "output", "value"));

  EXPECT_EQ(get(*second_, "key"), kOld);
  EXPECT_EQ(get(*second_, "other"), (Blobs{{"output", "value"}}));
}

TEST_F(TiersTest, PutFailsWithTheFirstErrorIfNoneTookIt) {
  first_->break_changes_with(ErrorCode::no_space);
  second_->break_with(ErrorCode::unavailable);
  third_->break_with(ErrorCode::io);

  EXPECT_EQ(code_of(try_put(*tiers_, "key", kOld)), ErrorCode::no_space);
  EXPECT_EQ(code_of(put_blob(*tiers_, "key", "output", "")), ErrorCode::no_space);
}

TEST_F(TiersTest, DenyChangesWhereNoTierIsWritable) {
  remake([](std::vector<Tier>& list) {
    for (Tier& tier : list) tier.is_read_only = true;
  });

  EXPECT_TRUE(tiers_->is_read_only());
  EXPECT_EQ(code_of(try_put(*tiers_, "key", kOld)), ErrorCode::denied);
  EXPECT_EQ(code_of(tiers_->remove({NamespacePath(), key_of("key")})), ErrorCode::denied);
  EXPECT_EQ(code_of(tiers_->clean({}, {})), ErrorCode::denied);
}

TEST_F(TiersTest, KeepTheLimitOfEachTier) {
  const Blobs noise = {{"output", noise_text(10'000)}};  // occupies 12 KiB
  remake([](std::vector<Tier>& list) { list[0].max_bytes = 30'000; });

  for (const char* key : {"a", "b", "c"}) put(*tiers_, key, noise);

  EXPECT_FALSE(has(*first_, "a"));
  EXPECT_TRUE(has(*first_, "b") && has(*first_, "c"));
  EXPECT_EQ(second_->stats({})->entries, 3U);

  EXPECT_EQ(get(*tiers_, "a"), noise);  // and the backfill keeps it too
  EXPECT_EQ(first_->stats({})->entries, 2U);
}

TEST_F(TiersTest, LetATierAloneRefuseWhatIsLargerThanItsLimit) {
  remake([](std::vector<Tier>& list) { list[0].max_bytes = 30'000; });
  put(*tiers_, "key", kOld);
  const Blobs large = {{"output", noise_text(50'000)}};

  put(*tiers_, "key", large);

  EXPECT_EQ(get(*second_, "key"), large);
  EXPECT_FALSE(has(*first_, "key")) << "the old generation would hide the new one";
  EXPECT_EQ(get(*tiers_, "key"), large);
  EXPECT_FALSE(has(*first_, "key"));
}

TEST_F(TiersTest, MergeABlobIntoTheEntryOfTheFirstTierThatHasTheKey) {
  put(*second_, "key", {{"a", "2"}, {"b", "2"}});
  put(*third_, "key", {{"a", "3"}, {"c", "3"}});

  ASSERT_TRUE(put_blob(*tiers_, "key", "d", "new"));

  const Blobs expected = {{"a", "2"}, {"b", "2"}, {"d", "new"}};
  for (const auto& tier : {first_, second_, third_}) EXPECT_EQ(get(*tier, "key"), expected);
}

TEST_F(TiersTest, MergeABlobIntoWhatAReadOnlyTierHas) {
  remake([](std::vector<Tier>& list) { list[0].is_read_only = true; });
  put(*first_, "key", {{"a", "1"}});
  put(*second_, "key", {{"b", "2"}});

  ASSERT_TRUE(put_blob(*tiers_, "key", "d", "new"));

  EXPECT_EQ(get(*second_, "key"), (Blobs{{"a", "1"}, {"d", "new"}}));
  EXPECT_EQ(get(*third_, "key"), (Blobs{{"a", "1"}, {"d", "new"}}));
}

TEST_F(TiersTest, MergeABlobIntoTheNextEntryWhereOneIsCorrupt) {
  const support::TempDir dir;
  const auto disk = std::shared_ptr<Backend>(disk::open_backend({.dir = dir.file("s")}).value());
  remake([&](std::vector<Tier>& list) { list[1].backend = disk; });
  put(*disk, "key", {{"a", noise_text(100'000)}});
  const std::string file = dir.file("s/6b/6b6579");
  util::ByteBuffer bytes = support::content_of(file);
  bytes.back() ^= std::byte{1};
  support::make_file(file, bytes);
  put(*third_, "key", {{"a", "3"}});

  ASSERT_TRUE(put_blob(*tiers_, "key", "d", "new"));

  EXPECT_EQ(get(*first_, "key"), (Blobs{{"a", "3"}, {"d", "new"}}));
  EXPECT_EQ(get(*disk, "key"), (Blobs{{"a", "3"}, {"d", "new"}}));
}

TEST_F(TiersTest, RemoveFromEveryWritableTierThoughOneFails) {
  remake([](std::vector<Tier>& list) { list[0].is_read_only = true; });
  for (const auto& tier : {first_, second_, third_}) put(*tier, "key", kOld);
  second_->break_changes_with(ErrorCode::unavailable);

  EXPECT_EQ(code_of(tiers_->remove({NamespacePath(), key_of("key")})), ErrorCode::unavailable);

  EXPECT_TRUE(has(*first_, "key"));
  EXPECT_FALSE(has(*third_, "key"));
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

// Threads

TEST_F(TiersTest, ServeManyWhoGetOneEntryAtOnce) {
  constexpr int kThreads = 8;
  constexpr int kKeys = 20;
  const Blobs blobs = {{"output", noise_text(100'000)}, {"stderr", "text"}};
  for (int key = 0; key < kKeys; ++key) put(*third_, std::to_string(key), blobs);
  std::latch start(kThreads);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      start.arrive_and_wait();
      for (int key = 0; key < kKeys; ++key) EXPECT_TRUE(get(*tiers_, std::to_string(key)) == blobs);
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(first_->stats({})->entries, std::uint64_t{kKeys});
  EXPECT_EQ(second_->stats({})->entries, std::uint64_t{kKeys});
}

TEST_F(TiersTest, EndWithOneGenerationInAllTiersWhoeverPutsAtOnce) {
  constexpr int kThreads = 6;
  std::latch start(kThreads);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      for (int round = 0; round < 20; ++round) {
        put(*tiers_, "key", {{"output", std::to_string(i) + '/' + std::to_string(round)}});
        (void)get(*tiers_, "key");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(get(*first_, "key"), get(*second_, "key"));
  EXPECT_EQ(get(*first_, "key"), get(*third_, "key"));
}

}  // namespace
}  // namespace larder::compose
