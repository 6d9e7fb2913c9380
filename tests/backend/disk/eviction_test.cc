#include "backend/disk/evict.h"
#include "backend/disk/session.h"
#include "backend/disk/store_fixture.h"
#include "util/hash.h"

/// Eviction from stores that are too large to be listed for every put.
namespace larder::disk {
namespace {

using conformance::stats;
using support::key_of;
using support::name_of;

constexpr std::uint64_t kBlock = 4096;
constexpr std::uint64_t kEntries = 2400;  // above what is evicted in exact order

class DiskEvictionTest : public DiskStoreTest {
 protected:
  static Key key(std::uint64_t number) {
    return Key::from_bytes(util::Blake3().field(number).finish().bytes).value();
  }
  static void put_numbered(Store& store, std::uint64_t number) {
    const NamedSource blob = {name_of("blob"), BlobSource::from_text("value")};
    ASSERT_TRUE(store.put_entry(key(number), {&blob, 1}));
  }
  [[nodiscard]] std::unique_ptr<Store> open_limited(std::uint64_t entries) {
    return open({.dir = path(), .max_bytes = entries * kBlock, .layout = DiskLayout::packed});
  }
};

INSTANTIATE_TEST_SUITE_P(Disk, DiskEvictionTest, testing::Values(DiskLayout::packed),
                         name_of_layout);

TEST_P(DiskEvictionTest, KeepsALargeStoreWithinItsLimit) {
  const auto store = open_limited(kEntries);
  for (std::uint64_t i = 0; i < kEntries + 600; ++i) {
    put_numbered(*store, i);
    ASSERT_LE(stats(*store).bytes, kEntries * kBlock);
    ASSERT_TRUE(store->has(key(i)).value());
  }

  EXPECT_EQ(stats(*store), conformance::walked_stats(*store));
  EXPECT_GE(stats(*store).entries, kEntries * 85 / 100);
}

TEST_P(DiskEvictionTest, TakesTheOldestOfALargeStore) {
  const auto store = open_limited(kEntries);
  for (std::uint64_t i = 0; i < kEntries; ++i) put_numbered(*store, i);
  // The older half is used again, which leaves the younger half the older one.
  for (std::uint64_t i = 0; i < kEntries / 2; ++i) {
    ASSERT_TRUE(store->get(key(i), name_of("blob")).value());
  }

  for (std::uint64_t i = 0; i < 200; ++i) put_numbered(*store, kEntries + i);

  // All but the few whose shards had nothing older.
  std::uint64_t kept = 0;
  for (std::uint64_t i = 0; i < kEntries / 2; ++i) kept += store->has(key(i)).value() ? 1 : 0;
  EXPECT_GE(kept, kEntries / 2 * 98 / 100);
}

TEST_P(DiskEvictionTest, CoversTheNamespacesOfALargeStore) {
  const auto store = open_limited(kEntries);
  const auto view = conformance::in_namespace(*store, "compile");
  for (std::uint64_t i = 0; i < kEntries; ++i) put_numbered(*view, i);

  for (std::uint64_t i = 0; i < 50; ++i) put_numbered(*store, i);

  EXPECT_LE(stats(*store).bytes, kEntries * kBlock);
  EXPECT_LT(stats(*view).entries, kEntries);
  for (std::uint64_t i = 0; i < 50; ++i) EXPECT_TRUE(store->has(key(i)).value());
}

TEST_P(DiskEvictionTest, EvictsFromOneShardWhereAllEntriesAre) {
  const auto store = open_limited(kEntries);
  const auto crowded = [](std::uint64_t number) { return key_of("a" + std::to_string(number)); };
  for (std::uint64_t i = 0; i < kEntries + 300; ++i) {
    const NamedSource blob = {name_of("blob"), BlobSource::from_text("value")};
    ASSERT_TRUE(store->put_entry(crowded(i), {&blob, 1}));
  }

  EXPECT_LE(stats(*store).bytes, kEntries * kBlock);
  EXPECT_GE(stats(*store).entries, kEntries * 85 / 100);
}

TEST_P(DiskEvictionTest, LeavesItsTaskToWhoeverIsEvicting) {
  const auto store = open({.dir = path()});
  for (std::uint64_t i = 0; i < 10; ++i) put_numbered(*store, i);
  const Session session({.dir = path()}, clock_);
  const auto writable = session.writable().value();
  const auto ns = store::NamespacePath();
  const Key kept = key(9);
  const store::Address address{ns, kept};

  std::optional<Lock> other =
      writable->own.locks().take(layout::kEvictLock, LockMode::exclusive).value();
  ASSERT_TRUE(evict(*writable, {ns, 5 * kBlock, address, clock_.now()}));
  EXPECT_EQ(stats(*store).entries, 10U);
  other.reset();
  ASSERT_TRUE(evict(*writable, {ns, 9 * kBlock, address, clock_.now()}));

  // Both: its own, and the one that was left.
  EXPECT_EQ(stats(*store).entries, 5U);
}

TEST_P(DiskEvictionTest, SweepsOldTemporariesAlong) {
  const auto store = open({.dir = path(), .max_bytes = 2 * kBlock});
  put_numbered(*store, 1);
  (void)support::make_file(path(".larder/tmp/61-0123456789abcdef"));
  clock_.advance(std::chrono::hours(24 * 365 * 100));

  put_numbered(*store, 2);
  EXPECT_EQ(temporaries(), 1U);

  put_numbered(*store, 3);
  EXPECT_EQ(temporaries(), 0U);
}

TEST_P(DiskEvictionTest, SpreadsTheTemporariesOfALargeStore) {
  const auto store = open_limited(kEntries);
  for (std::uint64_t i = 0; i < kEntries; ++i) put_numbered(*store, i);
  EXPECT_FALSE(std::filesystem::exists(path(".larder/tmp/ff")));

  put_numbered(*store, kEntries);
  EXPECT_TRUE(std::filesystem::exists(path(".larder/tmp/ff")));

  put_numbered(*store, kEntries + 1);
  EXPECT_EQ(temporaries(), 0U);
  EXPECT_TRUE(findings(*store).empty());
}

TEST_P(DiskEvictionTest, SpreadsTemporariesOnceACleanRemovedMany) {
  const auto store = open({.dir = path()});
  for (std::uint64_t i = 0; i < kEntries; ++i) put_numbered(*store, i);

  ASSERT_TRUE(store->clean({.max_bytes = (kEntries - 10) * kBlock}));
  EXPECT_FALSE(std::filesystem::exists(path(".larder/tmp/ff")));

  ASSERT_TRUE(store->clean({.max_bytes = 0}));
  EXPECT_TRUE(std::filesystem::exists(path(".larder/tmp/ff")));
}

TEST_P(DiskEvictionTest, SweepsOldTemporariesOfEachShardInItsTurn) {
  const auto store = open_limited(kEntries);
  for (std::uint64_t i = 0; i <= kEntries; ++i) put_numbered(*store, i);
  for (const char* name : {"61-0123456789abcdef", "61/61-0123456789abcdef"}) {
    (void)support::make_file(path(std::string(".larder/tmp/") + name));
  }
  clock_.advance(std::chrono::hours(24 * 365 * 100));

  for (std::uint64_t i = 1; temporaries() > 0; ++i) {
    ASSERT_LT(i, 2 * kEntries);
    put_numbered(*store, kEntries + i);
  }
}

TEST_P(DiskEvictionTest, WorksWithoutCounters) {
  std::filesystem::create_directories(path(".larder/counters"));  // nothing that can be mapped
  const auto store = open_limited(5);

  for (std::uint64_t i = 0; i < 9; ++i) put_numbered(*store, i);

  EXPECT_EQ(stats(*store), (StoreStats{5, 5 * kBlock}));
  EXPECT_TRUE(std::filesystem::is_directory(path(".larder/counters")));
}

}  // namespace
}  // namespace larder::disk
