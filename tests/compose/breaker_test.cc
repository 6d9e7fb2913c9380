#include "compose/breaker.h"

#include "support/data.h"
#include "support/fake_clock.h"
#include "support/gated_backend.h"

#include <gtest/gtest.h>

#include <thread>

#include <cerrno>

namespace larder::compose {
namespace {

using std::chrono::seconds;

Error away() { return {ErrorCode::unavailable, "no route to it"}; }
Error too_slow() { return {ErrorCode::unavailable, "no answer", ETIMEDOUT}; }

class BreakerTest : public testing::Test {
 protected:
  bool ask() { return breaker_->get_pack({ns_, key_}).has_value(); }
  [[nodiscard]] std::size_t calls() const { return store_->calls().size(); }
  void open() {
    store_->fail_with(too_slow());
    EXPECT_FALSE(ask());
    EXPECT_TRUE(breaker_->open_because());
  }

  store::NamespacePath ns_;
  Key key_ = support::key_of("key");
  support::FakeClock clock_;
  std::shared_ptr<support::GatedBackend> store_ = std::make_shared<support::GatedBackend>();
  std::unique_ptr<Breaker> breaker_ = make_breaker("the bucket", store_, {}, clock_);
};

TEST_F(BreakerTest, LetsCallsThroughWhileTheyEndWell) {
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(ask());

  EXPECT_EQ(calls(), 10U);
  EXPECT_FALSE(breaker_->open_because());
}

TEST_F(BreakerTest, OpensAfterThreeFailuresInARow) {
  store_->fail_with(away());

  for (int i = 0; i < 3; ++i) EXPECT_FALSE(ask());

  EXPECT_TRUE(breaker_->open_because());
  EXPECT_FALSE(ask());
  EXPECT_EQ(calls(), 3U) << "the fourth fails at once";
}

TEST_F(BreakerTest, CountsFailuresInARowOnly) {
  for (int i = 0; i < 5; ++i) {
    store_->fail_with(away());
    EXPECT_FALSE(ask());
    EXPECT_FALSE(ask());
    store_->fail_with(std::nullopt);
    EXPECT_TRUE(ask());
  }

  EXPECT_FALSE(breaker_->open_because());
}

TEST_F(BreakerTest, OpensAfterOneDeadline) {
  store_->fail_with(too_slow());

  EXPECT_FALSE(ask());

  ASSERT_TRUE(breaker_->open_because());
  EXPECT_EQ(breaker_->open_because()->message(), "no answer");
}

TEST_F(BreakerTest, StaysClosedForErrorsOfAStoreThatIsThere) {
  for (const ErrorCode code : {ErrorCode::denied, ErrorCode::corrupt, ErrorCode::no_space}) {
    store_->fail_with(Error(code, "no"));
    for (int i = 0; i < 10; ++i) EXPECT_FALSE(ask());
  }

  EXPECT_FALSE(breaker_->open_because());
}

TEST_F(BreakerTest, FailsEveryCallAtOnceWhileItIsOpen) {
  open();
  const store::Address address{ns_, key_};

  EXPECT_FALSE(breaker_->has(address));
  EXPECT_FALSE(breaker_->remove(address));
  EXPECT_FALSE(breaker_->get_entry(address));
  EXPECT_FALSE(breaker_->get(address, support::name_of("blob")));
  EXPECT_FALSE(breaker_->stats(ns_));
  EXPECT_FALSE(breaker_->clean(ns_, {}));
  const auto refused = breaker_->put_pack(address, nullptr, 1);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::unavailable);
  EXPECT_EQ(refused.error().message(), "the bucket is left alone for a while: no answer");
  EXPECT_EQ(calls(), 1U);
}

TEST_F(BreakerTest, StaysOpenUntilAProbeComesToAGoodEnd) {
  open();
  store_->fail_with(std::nullopt);
  clock_.advance(seconds(3600));

  EXPECT_FALSE(ask()) << "no call of a user's is the probe";
  EXPECT_TRUE(breaker_->probe());

  EXPECT_TRUE(ask());
}

TEST_F(BreakerTest, IsDueForAProbeEveryThirtySeconds) {
  open();

  EXPECT_FALSE(breaker_->is_probe_due());
  clock_.advance(seconds(30));
  EXPECT_TRUE(breaker_->is_probe_due());
  EXPECT_FALSE(breaker_->probe());
  EXPECT_FALSE(breaker_->is_probe_due());
  clock_.advance(seconds(30));
  EXPECT_TRUE(breaker_->is_probe_due());
}

TEST_F(BreakerTest, IsClosedByAnyAnswerOfTheStore) {
  open();
  store_->fail_with(Error(ErrorCode::denied, "who are you?"));

  EXPECT_TRUE(breaker_->probe());
}

TEST_F(BreakerTest, ProbesNothingWhileItIsClosed) {
  EXPECT_FALSE(breaker_->probe());
  EXPECT_FALSE(breaker_->is_probe_due());

  EXPECT_EQ(calls(), 0U);
}

TEST_F(BreakerTest, OpensForACallThatIsStuck) {
  store_->close_gate();
  std::thread stuck([this] { (void)ask(); });
  store_->wait_for_calls(1);

  clock_.advance(seconds(11));
  const bool is_let_through = ask();

  EXPECT_FALSE(is_let_through);
  EXPECT_EQ(calls(), 1U);
  store_->open_gate();
  stuck.join();
  EXPECT_TRUE(ask()) << "it has ended well after all";
}

TEST_F(BreakerTest, IsNotOpenedAgainByWhatBeganBeforeItWasBack) {
  store_->close_gate(1);
  std::thread stuck([this] { (void)ask(); });
  store_->wait_for_calls(1);
  clock_.advance(seconds(11));
  EXPECT_FALSE(ask());
  EXPECT_TRUE(breaker_->probe());

  store_->fail_with(too_slow());
  store_->open_gate();
  stuck.join();

  EXPECT_FALSE(breaker_->open_because());
  EXPECT_EQ(breaker_->failures(), 2U);
}

TEST_F(BreakerTest, CountsFailures) {
  store_->fail_with(away());

  for (int i = 0; i < 5; ++i) EXPECT_FALSE(ask());

  EXPECT_EQ(breaker_->failures(), 5U);
}

}  // namespace
}  // namespace larder::compose
