#include "backend/disk/lru.h"

#include "backend/disk/session.h"
#include "backend/disk/store_fixture.h"
#include "util/helper.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace larder::disk {
namespace {

using support::key_of;
using support::name_of;

class LruListTest : public DiskStoreTest {
 protected:
  LruListTest() {
    const auto store = open();
    for (int i = 0; i < 300; ++i) put(*store, "", i);
    const auto compile = conformance::in_namespace(*store, "compile");
    for (int i = 0; i < 200; ++i) put(*compile, "compile", i);
    put(*conformance::in_namespace(*compile, "tenant"), "compile/tenant", 0);
  }

  void put(Store& store, const std::string& ns, int number) {
    clock_.advance(std::chrono::seconds(1));
    const Key key = key_of(std::to_string(number));
    const NamedSource blob = {name_of("blob"), BlobSource::from_text("value")};
    ASSERT_TRUE(store.put_entry(key, {&blob, 1}));
    expected_.emplace_back(ns, key.hex());
  }

  /// Namespaces and keys as they are listed, the least recently used first.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> listed(util::Helper& helper) {
    const Session session(options(), clock_);
    auto list = LruList::of_all(*session.writable().value(), {}, helper).value();
    list.sort();
    std::vector<std::pair<std::string, std::string>> found;
    for (const LruList::Item& item : list.items()) {
      found.emplace_back(list.ns_of(item).text(), list.key_of(item).hex());
    }
    EXPECT_EQ(list.total().entries, found.size());
    EXPECT_EQ(list.total().bytes, conformance::stats(*open()).bytes);
    return found;
  }

  std::vector<std::pair<std::string, std::string>> expected_;  // in the order of their use
};

INSTANTIATE_TEST_SUITE_P(Disk, LruListTest,
                         testing::Values(DiskLayout::packed, DiskLayout::directory),
                         name_of_layout);

TEST_P(LruListTest, HasEveryEntryInTheOrderOfItsUse) {
  util::Helper none([] { return false; });

  EXPECT_EQ(listed(none), expected_);
}

TEST_P(LruListTest, IsTheSameByTwoThreads) {
  util::Helper helper([] { return true; });

  for (int i = 0; i < 20; ++i) ASSERT_EQ(listed(helper), expected_);
}

}  // namespace
}  // namespace larder::disk
