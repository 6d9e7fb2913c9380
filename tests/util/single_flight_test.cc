#include "util/single_flight.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <thread>
#include <vector>

namespace larder::util {
namespace {

/// Lets other threads run until `count` of them wait for another's call.
void await_waiting(SingleFlight<int>& flights, std::size_t count) {
  while (flights.waiting() != count) std::this_thread::yield();
}

TEST(SingleFlight, MakesConcurrentCallsForOneKeyIntoOne) {
  SingleFlight<int> flights;
  std::latch begun(1);
  std::latch may_end(1);
  std::atomic<int> calls = 0;
  auto leader = std::async(std::launch::async, [&] {
    return flights.run("key", [&] {
      begun.count_down();
      may_end.wait();
      return ++calls;
    });
  });
  begun.wait();

  std::vector<std::future<int>> followers;
  for (int i = 0; i < 4; ++i) {
    followers.push_back(std::async(std::launch::async,
                                   [&] { return flights.run("key", [&] { return ++calls; }); }));
  }
  await_waiting(flights, 4);
  may_end.count_down();

  EXPECT_EQ(leader.get(), 1);
  for (auto& follower : followers) EXPECT_EQ(follower.get(), 1);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(flights.waiting(), 0U);
}

TEST(SingleFlight, KeepsKeysApart) {
  SingleFlight<int> flights;

  const int outer = flights.run("a", [&] { return 1 + flights.run("b", [] { return 10; }); });

  EXPECT_EQ(outer, 11);
}

TEST(SingleFlight, CallsAgainOnceTheCallHasEnded) {
  SingleFlight<int> flights;

  EXPECT_EQ(flights.run("key", [] { return 1; }), 1);
  EXPECT_EQ(flights.run("key", [] { return 2; }), 2);
}

}  // namespace
}  // namespace larder::util
