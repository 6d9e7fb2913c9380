#include "courier/recent_misses.h"

#include "support/data.h"

#include <gtest/gtest.h>

namespace larder::courier {
namespace {

using std::chrono::seconds;

constexpr RecentMisses::Time kStart{std::chrono::hours(24 * 365)};

FetchKey key_of(std::string_view key, Reach reach = Reach::all) {
  return FetchKey::of({store::NamespacePath(), support::key_of(key)}, reach);
}

TEST(RecentMisses, RemembersEachForAsLongAsItShall) {
  RecentMisses misses(seconds(60), 100);
  misses.add(key_of("a"), kStart);

  EXPECT_TRUE(misses.contains(key_of("a"), kStart + seconds(59)));
  EXPECT_FALSE(misses.contains(key_of("b"), kStart + seconds(59)));
  EXPECT_FALSE(misses.contains(key_of("a"), kStart + seconds(60)));
}

TEST(RecentMisses, KeepsReachesApart) {
  RecentMisses misses(seconds(60), 100);
  misses.add(key_of("a", Reach::beyond_disks), kStart);

  EXPECT_FALSE(misses.contains(key_of("a", Reach::all), kStart));
  EXPECT_TRUE(misses.contains(key_of("a", Reach::beyond_disks), kStart));
}

TEST(RecentMisses, ForgetsAnEntryWhereverItWasLookedFor) {
  RecentMisses misses(seconds(60), 100);
  misses.add(key_of("a", Reach::all), kStart);
  misses.add(key_of("a", Reach::beyond_disks), kStart);
  misses.add(key_of("b"), kStart);

  misses.forget(key_of("a").binding);

  EXPECT_FALSE(misses.contains(key_of("a", Reach::all), kStart));
  EXPECT_FALSE(misses.contains(key_of("a", Reach::beyond_disks), kStart));
  EXPECT_TRUE(misses.contains(key_of("b"), kStart));
}

TEST(RecentMisses, CountsFromTheLastMiss) {
  RecentMisses misses(seconds(60), 100);
  misses.add(key_of("a"), kStart);
  misses.forget(key_of("a").binding);
  misses.add(key_of("a"), kStart + seconds(30));

  EXPECT_TRUE(misses.contains(key_of("a"), kStart + seconds(70)));
  EXPECT_FALSE(misses.contains(key_of("a"), kStart + seconds(90)));
}

TEST(RecentMisses, RemembersTheNewestOnly) {
  RecentMisses misses(seconds(60), 10);
  for (int i = 0; i < 30; ++i) misses.add(key_of(std::to_string(i)), kStart);

  EXPECT_FALSE(misses.contains(key_of("0"), kStart));
  EXPECT_TRUE(misses.contains(key_of("29"), kStart));
}

TEST(RecentMisses, ForgetsAllWhenTheClockIsSetBack) {
  RecentMisses misses(seconds(60), 100);
  misses.add(key_of("a"), kStart);

  EXPECT_FALSE(misses.contains(key_of("a"), kStart - seconds(3600)));
}

}  // namespace
}  // namespace larder::courier
