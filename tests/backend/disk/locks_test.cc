#include "backend/disk/locks.h"

#include "backend/disk/own_dir.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace larder::disk {
namespace {

class LocksTest : public testing::Test {
 protected:
  [[nodiscard]] const Locks& locks() const { return own_.locks(); }

 private:
  support::TempDir dir_;
  StoreDir store_ = StoreDir::open_or_create(dir_.path(), Modes(false)).value();
  OwnDir own_ = OwnDir::open_or_create(store_).value();
};

TEST_F(LocksTest, LetOneExclusiveHolderInAtATime) {
  // Atomic: the lock orders threads in the kernel, where ThreadSanitizer cannot see it.
  std::atomic<int> holders = 0;
  std::atomic<int> others_met = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 100; ++n) {
        const Lock lock = locks().take(7, LockMode::exclusive).value();
        others_met += holders.fetch_add(1);
        std::this_thread::yield();
        --holders;
      }
    });
  }
  threads.clear();

  EXPECT_EQ(others_met, 0);
}

TEST_F(LocksTest, LetSharedHoldersInTogether) {
  const Lock one = locks().take(7, LockMode::shared).value();
  const Lock two = locks().take(7, LockMode::shared).value();

  EXPECT_FALSE(locks().try_take(7).value());
}

TEST_F(LocksTest, AreApartFromEachOther) {
  const Lock one = locks().take(7, LockMode::exclusive).value();

  EXPECT_TRUE(locks().try_take(8).value());
  EXPECT_FALSE(locks().try_take(7).value());
}

TEST_F(LocksTest, AreFreeOnceTheirHolderIsGone) {
  { const Lock lock = locks().take(7, LockMode::exclusive).value(); }

  EXPECT_TRUE(locks().try_take(7).value());
}

TEST_F(LocksTest, CanBeRetakenExclusivelyByTwoSharedHoldersAtOnce) {
  std::atomic<int> done = 0;
  const auto retake = [&] {
    Lock lock = locks().take(7, LockMode::shared).value();
    if (lock.retake_exclusive() && lock.mode() == LockMode::exclusive) ++done;
  };

  { const std::jthread one(retake), two(retake); }

  EXPECT_EQ(done, 2);
}

}  // namespace
}  // namespace larder::disk
