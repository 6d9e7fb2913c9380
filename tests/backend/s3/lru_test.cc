#include "backend/s3/lru.h"

#include "support/data.h"

#include <gtest/gtest.h>

#include <limits>

namespace larder::s3 {
namespace {

using TimePoint = std::chrono::system_clock::time_point;

const store::Place kPlace{{}, support::key_of("key")};

void add(LruList& list, const std::string& key, int second) {
  list.add({key, kPlace, 4096, TimePoint(std::chrono::seconds(second))});
}

std::string keys_of(const std::vector<LruList::Item>& items) {
  std::string keys;
  for (const LruList::Item& item : items) keys += item.object_key;
  return keys;
}

TEST(S3LruList, GivesTheOldestFirst) {
  LruList list(std::numeric_limits<std::size_t>::max());
  for (const auto& [key, second] : {std::pair("b", 2), std::pair("c", 3), std::pair("a", 1)}) {
    add(list, key, second);
  }

  EXPECT_EQ(list.total(), (StoreStats{3, 3 * 4096}));
  EXPECT_EQ(keys_of(list.take_sorted()), "abc");
}

TEST(S3LruList, KeepsTheOldestOfMany) {
  LruList list(3);
  for (const auto& [key, second] : {std::pair("d", 4), std::pair("b", 2), std::pair("e", 5),
                                    std::pair("a", 1), std::pair("f", 6), std::pair("c", 3)}) {
    add(list, key, second);
  }

  EXPECT_EQ(list.total(), (StoreStats{6, 6 * 4096}));
  EXPECT_EQ(keys_of(list.take_sorted()), "abc");
}

TEST(S3LruList, PutsTheLatestLastAmongThoseOfOneSecond) {
  LruList list(10);
  for (const char* key : {"a", "b", "c", "d"}) add(list, key, 1);
  add(list, "e", 0);
  const std::vector<std::string> latest = {"c", "a", "e"};

  EXPECT_EQ(keys_of(list.take_sorted(latest)), "ebdca");
}

}  // namespace
}  // namespace larder::s3
