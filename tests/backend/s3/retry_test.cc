#include "backend/s3/retry.h"

#include <gtest/gtest.h>

#include <chrono>

namespace larder::s3 {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kLong = seconds(1000);

TEST(S3Retries, AreTwoAtMost) {
  RetryQuota quota;
  Retries retries(quota);

  EXPECT_TRUE(retries.next_delay(Trouble::transient, kLong));
  EXPECT_TRUE(retries.next_delay(Trouble::transient, kLong));
  EXPECT_FALSE(retries.next_delay(Trouble::transient, kLong));
}

TEST(S3Retries, WaitAtRandomUpToTwiceAsLongEachTime) {
  RetryQuota quota;
  milliseconds longest_first(0);
  milliseconds longest_second(0);
  for (int i = 0; i < 300; ++i) {
    Retries retries(quota);
    longest_first = std::max(longest_first, *retries.next_delay(Trouble::transient, kLong));
    longest_second = std::max(longest_second, *retries.next_delay(Trouble::transient, kLong));
    retries.on_success();
    quota.give_back(Trouble::transient);
  }

  EXPECT_LE(longest_first, milliseconds(100));
  EXPECT_GT(longest_first, milliseconds(50));
  EXPECT_LE(longest_second, milliseconds(200));
  EXPECT_GT(longest_second, milliseconds(100));
}

TEST(S3Retries, AreNotMadeThatWouldBeginTooLate) {
  RetryQuota quota;

  EXPECT_FALSE(Retries(quota).next_delay(Trouble::transient, milliseconds(0)));
  EXPECT_FALSE(Retries(quota).next_delay(Trouble::transient, seconds(2), seconds(2)));
}

TEST(S3Retries, WaitAsLongAsTheServiceAsksUpToABound) {
  RetryQuota quota;

  EXPECT_EQ(Retries(quota).next_delay(Trouble::throttled, kLong, seconds(3)), seconds(3));
  EXPECT_EQ(Retries(quota).next_delay(Trouble::throttled, kLong, seconds::max()), seconds(20));
}

TEST(S3Retries, EndWhenTheQuotaIsUsedUp) {
  RetryQuota quota;
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(quota.take(Trouble::timeout));  // costs double

  EXPECT_FALSE(Retries(quota).next_delay(Trouble::transient, kLong));

  quota.give_back(Trouble::transient);
  EXPECT_TRUE(Retries(quota).next_delay(Trouble::transient, kLong));
}

TEST(S3Retries, GiveBackWhatTheyCostWhenTheySucceed) {
  RetryQuota quota;
  for (int i = 0; i < 1000; ++i) {
    Retries retries(quota);
    ASSERT_TRUE(retries.next_delay(Trouble::timeout, kLong)) << i;
    retries.on_success();
  }
}

}  // namespace
}  // namespace larder::s3
