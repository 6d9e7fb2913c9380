#include "util/piece_line.h"

#include "util/helper.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace larder::util {
namespace {

/// A line of numbers that are doubled on their way.
struct Doubling {
  std::array<int, PieceLine::kPlaces> places = {};
  std::vector<int> out = {};

  Result<void> run(int count) {
    Helper helper;
    PieceLine line(
        &helper, [this](std::size_t place) { places[place] *= 2; },
        [this](std::size_t place) -> Result<void> {
          out.push_back(places[place]);
          return {};
        });
    for (int i = 0; i < count; ++i) {
      const auto place = line.claim();
      if (!place) return fail(place.error());
      places[*place] = i;
      line.submit();
    }
    return line.finish();
  }
};

TEST(PieceLine, HandsOverEveryPieceInOrderOnceWorkedOn) {
  for (const int count : {0, 1, 2, 3, 4, 5, 1000}) {
    Doubling doubling;
    ASSERT_TRUE(doubling.run(count));

    std::vector<int> expected;
    for (int i = 0; i < count; ++i) expected.push_back(2 * i);
    EXPECT_EQ(doubling.out, expected);
  }
}

TEST(PieceLine, FetchesAndHandsOverOnTheCallersThread) {
  const auto caller = std::this_thread::get_id();
  std::set<std::thread::id> seen;
  Helper helper;
  PieceLine line(
      &helper, [](std::size_t) {},
      [&](std::size_t) -> Result<void> {
        seen.insert(std::this_thread::get_id());
        return {};
      });
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(line.claim());
    line.submit();
  }

  ASSERT_TRUE(line.finish());
  EXPECT_EQ(seen, std::set{caller});
}

bool always() { return true; }

// Two pieces that wait for each other: no one thread could do them.
TEST(PieceLine, WorksOnTwoPiecesAtOnce) {
  constexpr int kThreads = 2;
  Helper helper(always);
  std::atomic<int> begun = 0;
  PieceLine line(
      &helper,
      [&](std::size_t) {
        ++begun;
        begun.notify_all();
        for (int seen = begun; seen < kThreads; seen = begun) begun.wait(seen);
      },
      [](std::size_t) -> Result<void> { return {}; });
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(line.claim());
    line.submit();
  }

  EXPECT_TRUE(line.finish());
}

TEST(PieceLine, IsWorkedOnWhileItsOwnerDoesSomethingElse) {
  Helper helper(always);
  std::atomic<int> done = 0;
  std::vector<std::size_t> out;
  PieceLine line(
      &helper,
      [&](std::size_t) {
        ++done;
        done.notify_all();
      },
      [&](std::size_t place) -> Result<void> {
        out.push_back(place);
        return {};
      });
  for (std::size_t i = 0; i < PieceLine::kPlaces; ++i) {
    ASSERT_TRUE(line.claim());
    line.submit();
  }
  for (int seen = done; seen < static_cast<int>(PieceLine::kPlaces); seen = done) done.wait(seen);

  EXPECT_TRUE(out.empty());
  EXPECT_TRUE(line.finish());
  EXPECT_EQ(out.size(), PieceLine::kPlaces);
}

TEST(PieceLine, NeedsNoHelper) {
  int given = 0;
  PieceLine line(
      nullptr, [](std::size_t) {},
      [&](std::size_t) -> Result<void> {
        ++given;
        return {};
      });
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(line.claim());
    line.submit();
  }

  EXPECT_TRUE(line.finish());
  EXPECT_EQ(given, 5);
}

TEST(PieceLine, DropsWhatNobodyFinished) {
  Helper helper(always);
  int given = 0;
  {
    PieceLine line(
        &helper, [](std::size_t) {},
        [&](std::size_t) -> Result<void> {
          ++given;
          return {};
        });
    ASSERT_TRUE(line.claim());
    line.submit();
  }

  EXPECT_EQ(given, 0);
}

TEST(PieceLine, EndsWithTheErrorOfHandingOver) {
  Helper helper(always);
  int given = 0;
  const auto run = [&]() -> Result<void> {
    PieceLine line(
        &helper, [](std::size_t) {},
        [&](std::size_t) -> Result<void> {
          if (++given < 3) return {};
          return fail(ErrorCode::no_space, "full");
        });
    for (int i = 0; i < 100; ++i) {
      if (const auto place = line.claim(); !place) return fail(place.error());
      line.submit();
    }
    return line.finish();
  };

  const auto outcome = run();

  EXPECT_EQ(outcome.error().code(), ErrorCode::no_space);
  EXPECT_EQ(given, 3);
}

}  // namespace
}  // namespace larder::util
