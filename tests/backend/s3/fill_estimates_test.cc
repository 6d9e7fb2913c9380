#include "backend/s3/fill_estimates.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace larder::s3 {
namespace {

constexpr std::uint64_t kLimit = 80'000;
constexpr std::uint64_t kEightieth = kLimit / 80;
/// By a look that found more than the limit.
constexpr std::uint64_t kLeft = kLimit / 10 * 9;

const store::NamespacePath kRoot;

store::NamespacePath ns_of(std::string_view text) {
  return store::NamespacePath::parse(text).value();
}

TEST(S3FillEstimates, LookFirstAfterARandomPartOfAnEightieth) {
  FillEstimates at_once(0);
  FillEstimates late(1);
  at_once.on_written(kRoot, 1);
  late.on_written(kRoot, kEightieth - 1);

  EXPECT_TRUE(at_once.is_due(kRoot, kLimit));
  EXPECT_FALSE(late.is_due(kRoot, kLimit));
  late.on_written(kRoot, 1);
  EXPECT_TRUE(late.is_due(kRoot, kLimit));
}

TEST(S3FillEstimates, LookNotAgainAtOnceWhileTheFirstLookGoesOn) {
  FillEstimates estimates(0);
  estimates.on_written(kRoot, 1);
  ASSERT_TRUE(estimates.is_due(kRoot, kLimit));
  estimates.begin_look(kRoot);

  estimates.on_written(kRoot, kEightieth - 1);
  EXPECT_FALSE(estimates.is_due(kRoot, kLimit));
  estimates.on_written(kRoot, 1);
  EXPECT_TRUE(estimates.is_due(kRoot, kLimit));
}

TEST(S3FillEstimates, LookAgainAfterAnEightiethWhereTheLimitWasPassed) {
  FillEstimates estimates;
  estimates.begin_look(kRoot);
  estimates.end_look(kRoot, kLeft);

  estimates.on_written(kRoot, kEightieth);
  EXPECT_FALSE(estimates.is_due(kRoot, kLimit));
  estimates.on_written(kRoot, 1);
  EXPECT_TRUE(estimates.is_due(kRoot, kLimit));
}

TEST(S3FillEstimates, LookSeldomWhereThereIsRoom) {
  FillEstimates estimates;
  estimates.begin_look(kRoot);
  estimates.end_look(kRoot, kLimit / 2);

  estimates.on_written(kRoot, 5 * kEightieth);
  EXPECT_FALSE(estimates.is_due(kRoot, kLimit));
  estimates.on_written(kRoot, 1);
  EXPECT_TRUE(estimates.is_due(kRoot, kLimit));
}

TEST(S3FillEstimates, CountWhatIsWrittenDuringALook) {
  FillEstimates estimates;
  estimates.begin_look(kRoot);
  estimates.on_written(kRoot, kEightieth + 1);
  estimates.end_look(kRoot, kLeft);

  EXPECT_TRUE(estimates.is_due(kRoot, kLimit));
}

TEST(S3FillEstimates, CountANamespaceTowardsThoseAboveIt) {
  FillEstimates estimates(1);
  estimates.on_written(ns_of("a/b"), kEightieth);

  for (const char* above : {"", "a", "a/b"}) {
    EXPECT_TRUE(estimates.is_due(ns_of(above), kLimit)) << above;
  }
  for (const char* beside : {"b", "a/b/c", "a/bc", "a/c"}) {
    EXPECT_FALSE(estimates.is_due(ns_of(beside), kLimit)) << beside;
  }
}

/// What a bucket holds at most while `writers` processes put `puts` entries each, in turn.
std::uint64_t most_held(std::size_t writers, int puts, std::uint64_t entry_bytes) {
  std::vector<std::unique_ptr<FillEstimates>> processes;
  for (std::size_t i = 0; i < writers; ++i) {
    processes.push_back(std::make_unique<FillEstimates>(1));
  }
  std::uint64_t held = 0;
  std::uint64_t most = 0;
  for (int i = 0; i < puts; ++i) {
    for (const auto& process : processes) {
      held += entry_bytes;
      most = std::max(most, held);
      process->on_written(kRoot, entry_bytes);
      if (!process->is_due(kRoot, kLimit)) continue;
      process->begin_look(kRoot);
      if (held > kLimit) held = kLeft;
      process->end_look(kRoot, held);
    }
  }
  return most;
}

TEST(S3FillEstimates, KeepEightProcessesWithinTheLimit) {
  for (const std::size_t writers : {1U, 2U, 8U}) {
    const std::uint64_t most = most_held(writers, 3000, 100);

    EXPECT_GE(most, kLeft);
    // And the entry that makes each look.
    EXPECT_LE(most, kLimit + writers * 100) << writers;
  }
}

}  // namespace
}  // namespace larder::s3
