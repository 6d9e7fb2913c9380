#include "backend/s3/object_locks.h"

#include <gtest/gtest.h>

#include <thread>

namespace larder::s3 {
namespace {

TEST(S3ObjectLocks, LetOneThreadAtATimeHaveAnObject) {
  ObjectLocks locks;
  int value = 0;  // unguarded: the lock is what is tested
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 1000; ++round) {
        const auto lock = locks.take_to_write("key");
        ++value;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(value, 4000);
}

TEST(S3ObjectLocks, DoNotHoldUpOtherObjects) {
  ObjectLocks locks;

  const auto one = locks.take_to_write("a");
  const auto other = locks.take_to_write("b");
}

TEST(S3ObjectLocks, RememberWhatIsWrittenUnderAWatch) {
  ObjectLocks locks;
  { const auto before = locks.take_to_write("before"); }
  const auto during = locks.take_to_write("during");
  ObjectLocks::Watch watch(locks);
  { const auto after = locks.take_to_write("after"); }
  { const auto touched = locks.take("touched"); }

  EXPECT_FALSE(watch.is_written("before"));
  EXPECT_TRUE(watch.is_written("during"));
  EXPECT_TRUE(watch.is_written("after"));
  EXPECT_FALSE(watch.is_written("touched"));
  EXPECT_FALSE(watch.try_take("after"));
  EXPECT_TRUE(watch.try_take("touched"));
}

TEST(S3ObjectLocks, GiveAWatchWhatNobodyHolds) {
  ObjectLocks locks;
  ObjectLocks::Watch watch(locks);
  const auto held = locks.take("held");

  const auto taken = watch.try_take("free");

  EXPECT_TRUE(taken);
  EXPECT_FALSE(watch.try_take("free"));
  EXPECT_FALSE(watch.try_take("held"));
}

TEST(S3ObjectLocks, ForgetWithTheWatch) {
  ObjectLocks locks;
  {
    const ObjectLocks::Watch watch(locks);
    const auto lock = locks.take_to_write("key");
  }

  ObjectLocks::Watch watch(locks);

  EXPECT_TRUE(watch.try_take("key"));
}

}  // namespace
}  // namespace larder::s3
