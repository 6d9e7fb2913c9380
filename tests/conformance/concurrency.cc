#include "conformance/conformance.h"
#include "support/data.h"

#include <functional>
#include <latch>
#include <thread>
#include <vector>

/// Many threads at one store.
namespace larder::conformance {
namespace {

using support::key_of;
using support::name_of;

constexpr int kThreads = 6;
constexpr int kRounds = 30;

/// Runs `work(thread)` on all threads at once, and returns when all have ended.
void run_threads(const std::function<void(int)>& work) {
  std::latch start(kThreads);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      work(i);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_P(StoreConformance, TakesPutsOfManyKeysAtOnce) {
  run_threads([this](int thread) {
    for (int i = 0; i < kRounds; ++i) {
      const std::string key = std::to_string(thread) + '/' + std::to_string(i);
      put(store(), key, "blob", "of " + key);
      EXPECT_EQ(get(store(), key, "blob"), "of " + key);
    }
  });

  EXPECT_EQ(stats(store()).entries, std::uint64_t{kThreads * kRounds});
  EXPECT_EQ(walked_stats(store()), stats(store()));
}

TEST_P(StoreConformance, LosesNoBlobPutToOneKeyAtOnce) {
  run_threads([this](int thread) {
    for (int i = 0; i < kRounds; ++i) {
      put(store(), "key", std::to_string(thread) + '-' + std::to_string(i), "value");
    }
  });

  EXPECT_EQ(get_entry(store(), "key").size(), std::size_t{kThreads * kRounds});
  EXPECT_EQ(stats(store()).entries, 1U);
  EXPECT_EQ(walked_stats(store()), stats(store()));
}

TEST_P(StoreConformance, HoldsOneOfTheValuesPutToOneNameAtOnce) {
  run_threads([this](int thread) {
    for (int i = 0; i < kRounds; ++i) {
      put(store(), "key", "blob", std::string(20'000, static_cast<char>('a' + thread)));
      const auto value = get(store(), "key", "blob");
      ASSERT_TRUE(value);
      EXPECT_EQ(*value, std::string(20'000, value->front()));
    }
  });

  EXPECT_EQ(stats(store()).entries, 1U);
  EXPECT_EQ(walked_stats(store()), stats(store()));
}

TEST_P(StoreConformance, NeverMixesGenerations) {
  const auto generation = [](char mark) {
    return Blobs{{"large", std::string(100'000, mark)}, {"small", std::string(1, mark)}};
  };
  put_entry(store(), "key", generation('z'));

  run_threads([&](int thread) {
    for (int i = 0; i < kRounds; ++i) {
      if (thread % 2 == 0) {
        put_entry(store(), "key", generation(static_cast<char>('a' + thread)));
        continue;
      }
      const Blobs blobs = get_entry(store(), "key");
      ASSERT_EQ(blobs.size(), 2U);
      EXPECT_TRUE(blobs == generation(blobs.at("small")[0]));
    }
  });

  EXPECT_EQ(walked_stats(store()), stats(store()));
}

TEST_P(StoreConformance, KeepsItsLimitWhenManyPutAtOnce) {
  limit_to(bytes_of_row(10));
  const auto view = in_namespace(store(), "view", {.max_bytes = bytes_of_row(3)});

  run_threads([&](int thread) {
    for (int i = 0; i < kRounds; ++i) {
      const std::string key = std::to_string(thread) + '/' + std::to_string(i);
      put_noise(thread % 2 == 0 ? store() : *view, key, 10'000);
    }
  });
  put_row("x");
  put_row(*view, "x");

  EXPECT_LE(stats(store()).bytes, bytes_of_row(10));
  EXPECT_LE(stats(*view).bytes, bytes_of_row(3));
  EXPECT_EQ(walked_stats(store()), stats(store()));
}

TEST_P(StoreConformance, StaysSoundUnderAMixOfCalls) {
  run_threads([this](int thread) {
    for (int i = 0; i < kRounds; ++i) {
      const std::string key(1, static_cast<char>('a' + (thread * 7 + i) % 5));
      switch ((thread + i) % 6) {
        case 0:
          remove(store(), key);
          break;
        case 1:
          (void)clean(store(), {.max_bytes = bytes_of_row(2)});
          break;
        case 2:
          put_entry(store(), key, {{"a", noise_text(5'000)}, {"b", "b"}});
          break;
        case 3:
          (void)get_entry(store(), key);
          break;
        default:
          put_noise(store(), key, 10'000);
      }
    }
  });

  EXPECT_EQ(walked_stats(store()), stats(store()));
  EXPECT_EQ(store().verify({})->findings, 0U);
}

}  // namespace
}  // namespace larder::conformance
