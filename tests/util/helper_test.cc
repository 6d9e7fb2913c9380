#include "util/helper.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace larder::util {
namespace {

bool always() { return true; }
bool never() { return false; }

/// Work that is under way until it is released.
class Held {
 public:
  void operator()() {
    state_ = kBegun;
    state_.notify_all();
    state_.wait(kBegun);
  }
  void await() const { state_.wait(kWaiting); }
  void release() {
    state_ = kReleased;
    state_.notify_all();
  }

 private:
  static constexpr int kWaiting = 0;
  static constexpr int kBegun = 1;
  static constexpr int kReleased = 2;
  std::atomic<int> state_ = kWaiting;
};

TEST(Helper, DoesWhatIsBegunOnOneOtherThread) {
  Helper helper(always);
  std::vector<std::thread::id> threads;
  for (int i = 0; i < 3; ++i) {
    Helper::Task task = helper.begin([&] { threads.push_back(std::this_thread::get_id()); });
    while (!task.finish()) {  // taken back before it was begun
      task = helper.begin([&] { threads.push_back(std::this_thread::get_id()); });
    }
  }

  ASSERT_EQ(threads.size(), 3U);
  EXPECT_NE(threads[0], std::this_thread::get_id());
  EXPECT_EQ(threads[1], threads[0]);
  EXPECT_EQ(threads[2], threads[0]);
}

TEST(Helper, StartsNoThreadForWhatIsNotWorthOne) {
  Helper helper(always);

  EXPECT_FALSE(helper.begin_if_started([] {}).finish());

  std::atomic<bool> is_done = false;
  (void)helper.begin([] {}).finish();
  const Helper::Task task = helper.begin_if_started([&] {
    is_done = true;
    is_done.notify_all();
  });
  is_done.wait(false);
}

TEST(Helper, DoesOneTaskAfterTheOther) {
  Helper helper(always);
  Held first;
  std::atomic<int> done = 0;
  Helper::Task held = helper.begin([&] { first(); });
  first.await();
  const Helper::Task second = helper.begin([&] { EXPECT_EQ(done++, 0); });
  Held last;
  Helper::Task third = helper.begin([&] {
    EXPECT_EQ(done++, 1);
    last();
  });

  first.release();
  EXPECT_TRUE(held.finish());
  last.await();
  last.release();
  EXPECT_TRUE(third.finish());

  EXPECT_EQ(done, 2);
}

TEST(Helper, GivesBackWhatItHasNotBegun) {
  Helper helper(always);
  Held first;
  const Helper::Task held = helper.begin([&] { first(); });
  first.await();
  bool is_done = false;
  Helper::Task second = helper.begin([&] { is_done = true; });

  EXPECT_FALSE(second.finish());
  first.release();

  EXPECT_FALSE(is_done);
}

TEST(Helper, IsWaitedForWhereATaskThatItHasBegunGoesOutOfScope) {
  Helper helper(always);
  Held held;
  bool is_done = false;
  std::thread releaser;
  {
    const Helper::Task task = helper.begin([&] {
      held();
      is_done = true;
    });
    held.await();
    releaser = std::thread([&] { held.release(); });
  }

  EXPECT_TRUE(is_done);
  releaser.join();
}

TEST(Helper, FinishesTheTaskThatAnotherTakesThePlaceOf) {
  Helper helper(always);
  Held held;
  std::atomic<bool> is_first_done = false;
  Helper::Task task = helper.begin([&] {
    held();
    is_first_done = true;
  });
  held.await();
  held.release();

  task = helper.begin([&] { EXPECT_TRUE(is_first_done); });

  EXPECT_TRUE(is_first_done);
}

TEST(Helper, TakesTasksOfItsTasks) {
  Helper helper(always);
  Held inner;
  std::optional<Helper::Task> begun;
  Helper::Task outer = helper.begin([&] { begun = helper.begin([&] { inner(); }); });
  inner.await();
  inner.release();

  EXPECT_TRUE(outer.finish());
  EXPECT_TRUE(begun->finish());
}

TEST(Helper, BeginsNothingWhereItIsNotWorthIt) {
  Helper helper(never);
  bool is_done = false;
  Helper::Task task = helper.begin([&] { is_done = true; });

  EXPECT_FALSE(task.finish());
  EXPECT_FALSE(is_done);
}

TEST(Helper, HasATaskThatIsNoneFinishedAtOnce) {
  Helper::Task none;

  EXPECT_FALSE(none.finish());
}

}  // namespace
}  // namespace larder::util
