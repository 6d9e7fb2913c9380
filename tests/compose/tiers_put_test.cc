#include "backend/disk/disk_backend.h"
#include "compose/tiers_fixture.h"
#include "support/temp_dir.h"

#include <latch>
#include <thread>

/// Changes, by one and by several.
namespace larder::compose {
namespace {

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

TEST_F(TiersTest, CompressAsTheFirstTierThatIsWrittenTo) {
  const support::TempDir dir;
  std::vector<Tier> list;
  for (const auto mode : {Compression::Mode::none, Compression::Mode::zstd}) {
    const std::string name = "store" + std::to_string(list.size());
    const Compression compression = {mode};
    auto store = disk::open_backend({.dir = dir.file(name), .compression = compression}).value();
    list.push_back({.name = name, .backend = std::move(store)});
  }

  EXPECT_EQ(make_tiers(list)->pack_compression().value().mode, Compression::Mode::none);
  list.front().is_read_only = true;
  EXPECT_EQ(make_tiers(list)->pack_compression().value().mode, Compression::Mode::zstd);
  list.back().is_read_only = true;
  EXPECT_FALSE(make_tiers(list)->pack_compression());
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
