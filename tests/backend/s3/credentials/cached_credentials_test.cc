#include "backend/s3/credentials/cached_credentials.h"

#include "support/fake_clock.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <string>
#include <thread>
#include <vector>

namespace larder::s3 {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// Fetches credentials that live an hour, whose access key counts the fetches.
class CachedCredentialsTest : public testing::Test {
 protected:
  Result<Credentials> fetch() {
    const int number = ++fetches_;
    if (is_failing_) return fail(ErrorCode::unavailable, "the endpoint is away");
    return Credentials{.access_key = std::to_string(number),
                       .secret_key = "HUSH",
                       .expiry = clock_.now() + lifetime_};
  }

  std::string access_key() { return cached_.get().value()->access_key; }

  support::FakeClock clock_;
  std::atomic<int> fetches_ = 0;
  std::atomic<bool> is_failing_ = false;
  seconds lifetime_ = minutes(60);
  CachedCredentials cached_{[this] { return fetch(); }, clock_};
};

TEST_F(CachedCredentialsTest, KeepsThemUntilFiveMinutesBeforeTheyExpire) {
  EXPECT_EQ(access_key(), "1");
  clock_.advance(minutes(54));
  EXPECT_EQ(access_key(), "1");
  clock_.advance(minutes(2));
  EXPECT_EQ(access_key(), "2");
}

TEST_F(CachedCredentialsTest, KeepsForEverWhatDoesNotExpire) {
  CachedCredentials cached([] { return Credentials{.access_key = "a", .secret_key = "b"}; },
                           clock_);
  const auto first = cached.get().value();

  clock_.advance(std::chrono::hours(24 * 365));

  EXPECT_EQ(cached.get().value(), first);
}

TEST_F(CachedCredentialsTest, ServeUntilTheyExpireWhereARefreshFails) {
  EXPECT_EQ(access_key(), "1");
  is_failing_ = true;
  clock_.advance(minutes(59));
  EXPECT_EQ(access_key(), "1");
  clock_.advance(minutes(2));

  const auto result = cached_.get();

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::unavailable);
}

TEST_F(CachedCredentialsTest, TriesAgainHalfAMinuteAfterARefreshFailed) {
  EXPECT_EQ(access_key(), "1");
  is_failing_ = true;
  clock_.advance(minutes(56));
  EXPECT_EQ(access_key(), "1");
  is_failing_ = false;
  clock_.advance(seconds(20));
  EXPECT_EQ(access_key(), "1");
  EXPECT_EQ(fetches_, 2);
  clock_.advance(seconds(20));
  EXPECT_EQ(access_key(), "3");
}

TEST_F(CachedCredentialsTest, DoNotFetchAtEveryGetWhatNeverLivesFiveMinutes) {
  lifetime_ = minutes(2);

  for (int i = 0; i < 10; ++i) EXPECT_EQ(access_key(), "1");
}

TEST_F(CachedCredentialsTest, FetchesAtOnceWhereTheFirstFetchFailed) {
  is_failing_ = true;
  EXPECT_FALSE(cached_.get());
  is_failing_ = false;
  EXPECT_EQ(access_key(), "2");
}

TEST_F(CachedCredentialsTest, RefusesWhatHasExpiredAlready) {
  lifetime_ = seconds(-1);

  const auto result = cached_.get();

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::denied);
}

TEST_F(CachedCredentialsTest, FetchesAgainWhatWasForgotten) {
  const auto first = cached_.get().value();
  cached_.forget(first);
  EXPECT_EQ(access_key(), "2");
  cached_.forget(first);
  EXPECT_EQ(access_key(), "2");
}

TEST_F(CachedCredentialsTest, FetchesOnceForManyThreads) {
  constexpr int kThreads = 8;
  std::latch all_are_there(kThreads + 1);
  CachedCredentials cached(
      [&] {
        all_are_there.arrive_and_wait();
        return fetch();
      },
      clock_);
  std::vector<std::thread> threads;

  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      all_are_there.count_down();
      EXPECT_EQ(cached.get().value()->access_key, "1");
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(fetches_, 1);
}

TEST_F(CachedCredentialsTest, ServeOthersWhileOneThreadRefreshes) {
  std::latch has_begun(1);
  std::latch may_end(1);
  CachedCredentials cached(
      [&] {
        if (fetches_ != 0) {
          has_begun.count_down();
          may_end.wait();
        }
        return fetch();
      },
      clock_);
  EXPECT_EQ(cached.get().value()->access_key, "1");
  clock_.advance(minutes(56));
  std::thread refreshing([&] { EXPECT_EQ(cached.get().value()->access_key, "2"); });
  has_begun.wait();

  EXPECT_EQ(cached.get().value()->access_key, "1");

  may_end.count_down();
  refreshing.join();
  EXPECT_EQ(cached.get().value()->access_key, "2");
}

}  // namespace
}  // namespace larder::s3
