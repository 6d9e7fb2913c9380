#include "backend/courier/shared_state.h"

#include "support/fake_clock.h"
#include "support/temp_dir.h"
#include "sys/file.h"
#include "util/bytes.h"

#include <gtest/gtest.h>

namespace larder::courier {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class SharedStateTest : public testing::Test {
 protected:
  /// As another process would have it.
  [[nodiscard]] SharedState open() {
    return SharedState::open_or_create(place_, "state", clock_).value();
  }

  support::TempDir dir_;
  support::FakeClock clock_;
  RuntimeDir place_ = RuntimeDir::open_at(dir_.file("run")).value();
};

TEST_F(SharedStateTest, LetsAllAskAtFirst) {
  SharedState one = open();
  SharedState other = open();

  EXPECT_TRUE(one.may_ask());
  EXPECT_TRUE(other.may_ask());
}

TEST_F(SharedStateTest, LetsNobodyAskForAWhileAfterOneWasKeptWaiting) {
  SharedState one = open();
  SharedState other = open();

  one.was_late(one.may_ask().value());

  EXPECT_FALSE(one.may_ask());
  EXPECT_FALSE(other.may_ask());
  clock_.advance(SharedState::kPause - seconds(1));
  EXPECT_FALSE(other.may_ask());
}

TEST_F(SharedStateTest, LetsOneTryAfterThatWhile) {
  SharedState one = open();
  SharedState other = open();
  one.was_late(one.may_ask().value());
  clock_.advance(SharedState::kPause + seconds(1));

  EXPECT_TRUE(one.may_ask());
  EXPECT_FALSE(other.may_ask());
}

TEST_F(SharedStateTest, LetsAllAskOnceThatOneHasHadAnAnswer) {
  SharedState one = open();
  SharedState other = open();
  one.was_late(one.may_ask().value());
  clock_.advance(SharedState::kPause + seconds(1));

  one.succeeded(one.may_ask().value());

  EXPECT_TRUE(other.may_ask());
  EXPECT_TRUE(one.may_ask());
}

TEST_F(SharedStateTest, LetsAnotherTryIfTheOneHasNotSaidHowItWent) {
  SharedState one = open();
  SharedState other = open();
  one.was_late(one.may_ask().value());
  clock_.advance(SharedState::kPause + seconds(1));
  ASSERT_TRUE(one.may_ask());

  clock_.advance(SharedState::kTrial + seconds(1));

  EXPECT_TRUE(other.may_ask());
}

TEST_F(SharedStateTest, KeepsThePauseWhenAnAnswerComesThatWasAskedForBefore) {
  SharedState one = open();
  SharedState other = open();
  const auto before = one.may_ask().value();
  other.was_late(other.may_ask().value());

  one.succeeded(before);

  EXPECT_FALSE(one.may_ask());
}

TEST_F(SharedStateTest, GrowsThePauseWithEachFailedStart) {
  SharedState state = open();

  std::chrono::nanoseconds pause = SharedState::kFirstStartPause;
  for (int start = 0; start < 5; ++start, pause *= 2) {
    state.was_missing(state.may_ask().value());
    clock_.advance(pause - milliseconds(1));
    EXPECT_FALSE(state.may_ask()) << start;
    clock_.advance(milliseconds(2));
  }
}

TEST_F(SharedStateTest, NeverPausesLongerForAStartThanForASilence) {
  SharedState state = open();

  for (int start = 0; start < 100; ++start) {
    const auto leave = state.may_ask();
    ASSERT_TRUE(leave) << start;
    state.was_missing(*leave);
    clock_.advance(SharedState::kPause + seconds(1));
  }
}

TEST_F(SharedStateTest, CountsAFailedStartOnceHoweverManyHaveWaitedForIt) {
  SharedState state = open();
  const auto leave = state.may_ask().value();

  for (int client = 0; client < 16; ++client) state.was_missing(leave);

  clock_.advance(SharedState::kFirstStartPause + milliseconds(1));
  EXPECT_TRUE(state.may_ask());
}

TEST_F(SharedStateTest, LetsOneClientStartTheCourierAtATime) {
  SharedState one = open();
  SharedState other = open();

  EXPECT_TRUE(one.may_start());
  EXPECT_FALSE(other.may_start());
  clock_.advance(SharedState::kStartTime + milliseconds(1));
  EXPECT_TRUE(other.may_start());
}

TEST_F(SharedStateTest, ForgetsTimesThatLieInTheFutureForNoReason) {
  SharedState state = open();
  state.was_late(state.may_ask().value());
  ASSERT_TRUE(state.may_start());

  clock_.advance(-std::chrono::hours(24));

  EXPECT_TRUE(state.may_ask());
  EXPECT_TRUE(state.may_start());
}

TEST_F(SharedStateTest, StartsAnewFromAGarbledFile) {
  open().was_late(0);
  const auto file = sys::open_at(place_.fd(), "state", O_WRONLY | O_TRUNC).value();
  ASSERT_TRUE(sys::write_all(file.get(), util::as_bytes("garbage")));

  EXPECT_TRUE(open().may_ask());
}

}  // namespace
}  // namespace larder::courier
