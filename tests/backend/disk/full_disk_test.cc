#include "backend/disk/store_fixture.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

/// Disks that are full, or fill up on the way, and ones that may only be read.
namespace larder::disk {
namespace {

using conformance::code_of;
using conformance::get;
using conformance::put;
using conformance::stats;
using support::key_of;
using support::name_of;

/// Tests on a small file system of their own, mounted where nobody else sees it.
class FullDiskTest : public DiskStoreTest {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can mount";
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
      GTEST_SKIP() << "mounting is not allowed here";
    }
  }
  void mount_small(const std::string& size) const {
    std::filesystem::create_directories(path());
    const std::string mode = size + ",mode=755";
    ASSERT_EQ(::mount("none", path().c_str(), "tmpfs", 0, mode.c_str()), 0);
  }
  void TearDown() override { (void)::umount2(path().c_str(), MNT_DETACH); }

  static Result<void> put_noise(Store& store, char key, std::size_t size) {
    const util::ByteBuffer bytes = support::noise(size, static_cast<std::uint64_t>(key));
    return store.put(key_of({&key, 1}), name_of("blob"), BlobSource::from_bytes(bytes));
  }
  /// Puts entries until one is refused, and gives how many there are.
  static std::uint64_t fill(Store& store, std::size_t size, char first = '0') {
    for (char key = first; key <= 'z'; ++key) {
      const auto outcome = put_noise(store, key, size);
      if (outcome) continue;
      EXPECT_EQ(outcome.error().code(), ErrorCode::no_space) << outcome.error().message();
      return static_cast<std::uint64_t>(key - first);
    }
    ADD_FAILURE() << "the disk did not fill up";
    return 0;
  }
};

INSTANTIATE_TEST_SUITE_P(Disk, FullDiskTest,
                         testing::Values(DiskLayout::packed, DiskLayout::directory),
                         name_of_layout);

TEST_P(FullDiskTest, KeepsWhatItHasWhenTheDiskIsFull) {
  mount_small("size=1m");
  const auto store = open();

  const std::uint64_t filled = fill(*store, 100'000);

  EXPECT_GT(filled, 4U);
  EXPECT_EQ(temporaries(), 0U);
  EXPECT_EQ(stats(*store).entries, filled);
  EXPECT_EQ(store->verify({}).value().entries, filled);
  EXPECT_TRUE(findings(*store).empty());
}

TEST_P(FullDiskTest, KeepsTheOldEntryWhenThereIsNoRoomForTheNew) {
  mount_small("size=1m");
  const auto store = open();
  (void)fill(*store, 100'000);

  EXPECT_EQ(code_of(put_noise(*store, '0', 500'000)), ErrorCode::no_space);

  EXPECT_EQ(get(*store, "0", "blob"), support::text_of(support::noise(100'000, '0')));
}

TEST_P(FullDiskTest, CanBeCleanedWhenTheDiskIsFull) {
  mount_small("size=1m");
  const auto store = open();
  (void)fill(*store, 100'000);
  (void)fill(*store, 3'000, 'A');

  EXPECT_TRUE(store->remove(key_of("1")));
  EXPECT_TRUE(store->clean({.max_bytes = 300'000}));

  EXPECT_LE(stats(*store).bytes, 300'000U);
  EXPECT_TRUE(put_noise(*store, 'z', 200'000));
}

TEST_P(FullDiskTest, StaysWithinItsOwnLimitOnASmallDisk) {
  mount_small("size=1m");
  const auto store = open({.dir = path(), .max_bytes = 400'000, .layout = GetParam()});
  for (char key = '0'; key <= 'z'; ++key) ASSERT_TRUE(put_noise(*store, key, 100'000)) << key;

  EXPECT_LE(stats(*store).bytes, 400'000U);
}

TEST_P(FullDiskTest, WorksWithoutCountersWhereThereIsNoRoomForThem) {
  mount_small("size=24k");
  const auto store = open();

  ASSERT_TRUE(put_noise(*store, 'a', 10));

  EXPECT_FALSE(std::filesystem::exists(path(".larder/counters")));
  EXPECT_EQ(stats(*store).entries, 1U);
  EXPECT_EQ(get(*store, "a", "blob"), support::text_of(support::noise(10, 'a')));
  EXPECT_EQ(temporaries(), 0U);
}

TEST_P(FullDiskTest, TellsThatTheInodesAreUsedUp) {
  mount_small("size=10m,nr_inodes=40");
  const auto store = open();

  const std::uint64_t filled = fill(*store, 10);

  EXPECT_GT(filled, 2U);
  EXPECT_EQ(temporaries(), 0U);
  EXPECT_EQ(stats(*store), conformance::walked_stats(*store));
  EXPECT_TRUE(store->clean({.max_bytes = 0}));
  EXPECT_TRUE(put_noise(*store, '0', 10));
}

TEST_P(FullDiskTest, ServesFromADiskThatMayOnlyBeRead) {
  mount_small("size=1m");
  put(*open(), "a", "blob", "value");
  ASSERT_EQ(::mount(nullptr, path().c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
  const auto store = open();

  EXPECT_EQ(get(*store, "a", "blob"), "value");
  EXPECT_EQ(stats(*store).entries, 1U);
  EXPECT_EQ(code_of(put_noise(*store, 'b', 10)), ErrorCode::denied);
  EXPECT_EQ(code_of(store->remove(key_of("a"))), ErrorCode::denied);
  EXPECT_TRUE(findings(*store).empty());
}

TEST_P(FullDiskTest, CannotBeCreatedOnADiskThatMayOnlyBeRead) {
  mount_small("size=1m");
  ASSERT_EQ(::mount(nullptr, path().c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
  const auto store = open();

  EXPECT_EQ(get(*store, "a", "blob"), std::nullopt);
  EXPECT_EQ(stats(*store), StoreStats());
  EXPECT_EQ(code_of(put_noise(*store, 'b', 10)), ErrorCode::denied);
}

TEST_P(DiskStoreTest, TellsThatAFileMayNotGrowSoLarge) {
  const auto store = open();
  put(*store, "a", "blob", "value");
  rlimit before = {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small = {.rlim_cur = 50'000, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);

  const util::ByteBuffer large = support::noise(100'000);
  const auto outcome = store->put(key_of("a"), name_of("blob"), BlobSource::from_bytes(large));

  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  (void)std::signal(SIGXFSZ, old_handler);
  EXPECT_EQ(code_of(outcome), ErrorCode::no_space);
  EXPECT_EQ(get(*store, "a", "blob"), "value");
  EXPECT_EQ(temporaries(), 0U);
}

}  // namespace
}  // namespace larder::disk
