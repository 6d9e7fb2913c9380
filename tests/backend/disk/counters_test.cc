#include "backend/disk/counters.h"

#include "support/data.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>
#include <vector>

namespace larder::disk {
namespace {

store::NamespacePath ns_of(std::string_view text) {
  return store::NamespacePath::parse(text).value();
}

class CountersTest : public testing::Test {
 protected:
  /// Counts entries of one block each.
  void add(const Counters& counters, std::string_view ns, unsigned shard, int entries) const {
    counters.open_account(own_, ns_of(ns), shard).add({entries, 4096 * entries});
  }
  [[nodiscard]] std::optional<StoreStats> sum(std::string_view below = "") const {
    return counters_.sum(ns_of(below));
  }
  [[nodiscard]] std::string file() const { return dir_.file(".larder/counters"); }

  support::TempDir dir_;
  StoreDir store_ = StoreDir::open_or_create(dir_.path(), Modes(false)).value();
  OwnDir own_ = OwnDir::open_or_create(store_).value();
  Counters counters_ = Counters(store_);
};

TEST_F(CountersTest, KnowNothingWithoutAFile) { EXPECT_EQ(sum(), std::nullopt); }

TEST_F(CountersTest, AreCompleteFromTheStartInAnEmptyStore) {
  add(counters_, "", 7, 2);

  EXPECT_EQ(sum(), (StoreStats{2, 8192}));
}

TEST_F(CountersTest, AreIncompleteWhereEntriesCameBeforeThem) {
  std::filesystem::create_directory(dir_.file("61"));
  (void)support::make_file(dir_.file("61/61"));

  add(counters_, "", 7, 2);

  EXPECT_EQ(sum(), std::nullopt);
}

TEST_F(CountersTest, SumWhatIsBelowANamespace) {
  add(counters_, "", 1, 1);
  add(counters_, "a", 1, 2);
  add(counters_, "a/b", 2, 4);
  add(counters_, "ab", 1, 8);

  EXPECT_EQ(sum()->entries, 15U);
  EXPECT_EQ(sum("a")->entries, 6U);
  EXPECT_EQ(sum("a/b")->entries, 4U);
  EXPECT_EQ(sum("b")->entries, 0U);
}

TEST_F(CountersTest, AreSharedByAllWhoMapThem) {
  const Counters other(store_);
  add(counters_, "a", 1, 1);
  add(other, "a", 1, 1);
  add(other, "b", 1, 1);

  EXPECT_EQ(sum()->entries, 3U);
  EXPECT_EQ(other.sum({})->entries, 3U);
}

TEST_F(CountersTest, GrowForAnyNumberOfNamespaces) {
  const Counters other(store_);
  for (int i = 0; i < 50; ++i) {
    add(i % 2 == 0 ? counters_ : other, "ns" + std::to_string(i), 1, 1);
  }

  EXPECT_EQ(sum()->entries, 50U);
  EXPECT_EQ(other.sum({})->entries, 50U);
  EXPECT_EQ(std::filesystem::file_size(file()), counters_file_bytes(64));
}

TEST_F(CountersTest, GiveEachNamespaceOneSlotHoweverManyAskAtOnce) {
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 20; ++i) add(counters_, "ns" + std::to_string(i), 1, 1);
      });
    }
  }

  EXPECT_EQ(sum()->entries, 80U);
  EXPECT_EQ(counters_.file()->slot_count(), 20U);
}

TEST_F(CountersTest, AreMadeAnewWhenRemovedWhileInUse) {
  add(counters_, "", 1, 1);
  std::filesystem::remove(file());

  add(counters_, "", 1, 5);

  EXPECT_EQ(sum()->entries, 5U);
}

TEST_F(CountersTest, NeverHaveHoles) {
  add(counters_, "", 1, 1);

  const struct stat status = sys::stat_at(AT_FDCWD, file()).value().value();

  EXPECT_GE(status.st_blocks * 512, status.st_size);
}

TEST_F(CountersTest, AreNotTakenFromAnUnsoundFile) {
  add(counters_, "a", 1, 1);
  const util::ByteBuffer sound = support::content_of(file());
  const auto is_taken = [&](util::ByteSpan bytes) {
    std::filesystem::remove(file());
    (void)support::make_file(file(), bytes);
    return CounterFile::open(store_.fd(), layout::kCountersPath).value().has_value();
  };
  ASSERT_TRUE(is_taken(sound));

  EXPECT_FALSE(is_taken({}));
  EXPECT_FALSE(is_taken(std::span(sound).first(sound.size() / 2)));
  for (const std::size_t offset : {0U, 8U, 12U, 16U, 4096U, 4112U, 4116U}) {
    util::ByteBuffer changed = sound;
    changed[offset] ^= std::byte{0xFF};
    EXPECT_FALSE(is_taken(changed)) << offset;
  }
}

TEST_F(CountersTest, DoNotTellFiguresThatCannotBe) {
  add(counters_, "a", 1, -1);

  EXPECT_EQ(sum(), std::nullopt);
}

TEST_F(CountersTest, HandOnTheSmallestLimitThatWasAskedFor) {
  counters_.post(own_, {ns_of("a"), 100});
  counters_.post(own_, {ns_of("a"), 50});
  counters_.post(own_, {ns_of("a"), 70});
  EXPECT_TRUE(counters_.has_request());

  const auto request = counters_.take_request();

  ASSERT_TRUE(request);
  EXPECT_EQ(request->below, ns_of("a"));
  EXPECT_EQ(request->max_bytes, 50U);
  EXPECT_FALSE(counters_.take_request());
  EXPECT_FALSE(counters_.has_request());
}

TEST_F(CountersTest, GiveEachShardItsTurn) {
  add(counters_, "", 1, 1);
  const unsigned first = counters_.next_shard();
  for (unsigned i = 1; i < layout::kShards; ++i) {
    EXPECT_EQ(counters_.next_shard(), (first + i) % layout::kShards);
  }
}

}  // namespace
}  // namespace larder::disk
