#include "backend/s3/s3_fixture.h"

#include <thread>

/// Limits, by the service's own clock.
namespace larder::s3 {
namespace {

using conformance::get;
using conformance::put_entry;
using conformance::stats;
using std::chrono::milliseconds;

constexpr std::uint64_t kEntryBytes = 12'288;  // what put_noise of kNoise occupies
constexpr std::size_t kNoise = 10'000;

class S3EvictionTest : public S3FaultTest {
 protected:
  static void put_noise(Store& store, const std::string& key) {
    put_entry(store, key, {{"blob", conformance::noise_text(kNoise)}});
  }
  [[nodiscard]] S3Options limited(S3Options at, std::uint64_t entries) const {
    at.max_bytes = entries * kEntryBytes;
    return at;
  }
};

TEST_F(S3EvictionTest, RemovesTheOldestByTheServicesClock) {
  const auto store = open(limited(options(), 3));

  for (const char* key : {"a", "b", "c", "d", "e"}) put_noise(*store, key);

  EXPECT_EQ(conformance::walk(*store), (std::set<std::string>{":c", ":d", ":e"}));
}

TEST_F(S3EvictionTest, KeepsNoPutWaiting) {
  const auto store = open(limited(options_by_proxy(), 2));
  for (const char* key : {"a", "b"}) put_noise(*store, key);
  EXPECT_EQ(stats(*store).entries, 2U);
  proxy().set({.delay = milliseconds(1500), .target = "list-type=2"});

  const auto took = time_of([&] {
    for (const char* key : {"c", "d", "e"}) put_noise(*store, key);
  });

  EXPECT_LT(took, milliseconds(1000));
  proxy().clear();
  EXPECT_EQ(stats(*store).entries, 2U);
}

TEST_F(S3EvictionTest, FailsNoPut) {
  const auto store = open(limited(options_by_proxy(), 2));
  proxy().set({.kind = support::Fault::Kind::answer, .status = 500, .target = "list-type=2"});

  for (const char* key : {"a", "b", "c"}) put_noise(*store, key);

  proxy().clear();
  EXPECT_EQ(get(*store, "a", "blob").has_value(), true);
}

TEST_F(S3EvictionTest, HasEndedWhenTheStoreIsClosed) {
  {
    const auto store = open(limited(options_by_proxy(), 2));
    proxy().set({.delay = milliseconds(200), .target = "list-type=2"});
    for (const char* key : {"a", "b", "c", "d"}) put_noise(*store, key);
  }

  EXPECT_EQ(stats(*open()).entries, 2U);
}

TEST_F(S3EvictionTest, SparesWhatIsWrittenWhileItLooks) {
  const auto store = open(limited(options_by_proxy(), 2));
  put_noise(*store, "a");
  put_noise(*store, "b");
  EXPECT_EQ(stats(*store).entries, 2U);
  proxy().set({.delay = milliseconds(300), .target = "list-type=2"});
  put_noise(*store, "c");  // a is now to go
  put_noise(*store, "a");
  proxy().clear();

  EXPECT_EQ(conformance::walk(*store), (std::set<std::string>{":a", ":c"}));
}

TEST_F(S3EvictionTest, LooksNotAtEveryPut) {
  const auto store = open(limited(options(), 1000));
  for (int i = 0; i < 30; ++i) put_noise(*store, std::to_string(i));
  EXPECT_EQ(stats(*store).entries, 30U);

  // They count as 240 of 1,000. The first look is due at 100 or before, and where the service is
  // slow, another at each further 100 until it has ended.
  constexpr std::uint64_t kLooks = 3;
  EXPECT_LE(store.transport->counts().requests, 30U + 1U + kLooks);
}

TEST_F(S3EvictionTest, TakesAwayWhatIsAboveTheLimitInPages) {
  const auto store =
      open(options(), std::make_shared<StaticCredentials>(engine()), {.page_keys = 4});
  for (int i = 0; i < 10; ++i) put_noise(*store, std::to_string(i));
  const auto other =
      open(limited(options(), 3), std::make_shared<StaticCredentials>(engine()), {.page_keys = 4});

  put_noise(*other, "new");

  EXPECT_EQ(conformance::walk(*other), (std::set<std::string>{":8", ":9", ":new"}));
}

TEST_F(S3EvictionTest, LeavesNineTenthsOfManyEntries) {
  const auto unlimited = open();
  for (int i = 0; i < 150; ++i) put_noise(*unlimited, std::to_string(i));
  const auto store = open(limited(options(), 150));

  for (const char* key : {"new", "newer"}) put_noise(*store, key);

  // One more where the first look came before the second put.
  EXPECT_GE(stats(*store).entries, 135U);
  EXPECT_LE(stats(*store).entries, 136U);
}

TEST_F(S3EvictionTest, KeepsEightWritersWithinTheirLimit) {
  constexpr std::uint64_t kLimit = 40;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 8; ++writer) {
    writers.emplace_back([&, writer] {
      const auto store = open(limited(options(), kLimit));
      for (int i = 0; i < 25; ++i) {
        put_noise(*store, std::to_string(writer) + '-' + std::to_string(i));
      }
    });
  }
  for (std::thread& writer : writers) writer.join();

  const StoreStats left = stats(*open());

  EXPECT_LE(left.bytes, kLimit * kEntryBytes);
  EXPECT_GE(left.bytes, kLimit * kEntryBytes * 8 / 10);
}

}  // namespace
}  // namespace larder::s3
