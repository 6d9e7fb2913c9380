#include "courier/upload_queue.h"

#include "support/data.h"

#include <gtest/gtest.h>

namespace larder::courier {
namespace {

using std::chrono::seconds;

constexpr UploadQueue::Time kStart{std::chrono::hours(24 * 365)};

std::string file_of(std::uint64_t time_ns, std::uint32_t writer) {
  return SpoolEntry{.time_ns = time_ns,
                    .writer = writer,
                    .ns = {},
                    .key = support::key_of("key" + std::to_string(time_ns))}
      .name()
      .value();
}

/// The time of the next job's file; 0 if there is none.
std::uint64_t take(UploadQueue& queue, UploadQueue::Time now = kStart) {
  const auto job = queue.take(now);
  return job ? job->entry.time_ns : 0;
}

TEST(UploadQueue, GivesTheOldestFirstHoweverTheyCame) {
  UploadQueue queue(1);
  for (const std::uint32_t number : {3U, 1U, 2U}) queue.add(file_of(number, number));

  EXPECT_EQ(take(queue), 1U);
  EXPECT_EQ(take(queue), 2U);
  EXPECT_EQ(take(queue), 3U);
  EXPECT_EQ(take(queue), 0U);
}

TEST(UploadQueue, TakesAFileOnce) {
  UploadQueue queue(1);
  EXPECT_TRUE(queue.add(file_of(1, 1)));
  EXPECT_TRUE(queue.add(file_of(1, 1)));

  EXPECT_EQ(take(queue), 1U);
  EXPECT_EQ(take(queue), 0U);
  EXPECT_EQ(queue.size(), 1U);
}

TEST(UploadQueue, TakesNoOtherFile) {
  UploadQueue queue(1);

  EXPECT_FALSE(queue.add("usage"));
  EXPECT_TRUE(queue.is_empty());
}

TEST(UploadQueue, KeepsTheOrderOfEachWriter) {
  UploadQueue queue(1);
  queue.add(file_of(1, 1));
  queue.add(file_of(2, 1));
  queue.add(file_of(3, 2));

  const auto first = queue.take(kStart);
  ASSERT_TRUE(first);
  EXPECT_EQ(take(queue), 3U) << "of another writer";
  EXPECT_EQ(take(queue), 0U);
  EXPECT_TRUE(queue.done(*first));

  EXPECT_EQ(take(queue), 2U);
}

TEST(UploadQueue, GivesEachFileToEachTarget) {
  UploadQueue queue(2);
  queue.add(file_of(1, 1));

  const auto one = queue.take(kStart);
  const auto other = queue.take(kStart);
  ASSERT_TRUE(one && other);
  EXPECT_NE(one->target, other->target);
  EXPECT_FALSE(queue.done(*one));
  EXPECT_TRUE(queue.done(*other));

  EXPECT_TRUE(queue.is_empty());
}

TEST(UploadQueue, LeavesATargetThatFailedAloneForAWhileThatGrows) {
  UploadQueue queue(1);
  queue.add(file_of(1, 1));
  auto now = kStart;

  for (const int pause : {1, 2, 4, 8, 16, 32, 60, 60}) {
    const auto job = queue.take(now);
    ASSERT_TRUE(job) << pause;
    queue.failed(*job, now);
    EXPECT_EQ(queue.due(), now + seconds(pause));
    EXPECT_EQ(take(queue, now + seconds(pause) - seconds(1)), 0U) << pause;
    now += seconds(pause);
  }
}

TEST(UploadQueue, StartsWithShortPausesAgainAfterASuccess) {
  UploadQueue queue(1);
  queue.add(file_of(1, 1));
  queue.add(file_of(2, 2));
  for (int i = 0; i < 2; ++i) {
    const auto job = queue.take(kStart + seconds(60 * i));
    ASSERT_TRUE(job);
    queue.failed(*job, kStart + seconds(60 * i));
  }
  const auto job = queue.take(kStart + seconds(120));
  ASSERT_TRUE(job);
  queue.done(*job);

  const auto next = queue.take(kStart + seconds(120));
  ASSERT_TRUE(next);
  queue.failed(*next, kStart + seconds(120));

  EXPECT_EQ(queue.due(), kStart + seconds(121));
}

TEST(UploadQueue, LetsOneTargetsFailureHoldUpNoOther) {
  UploadQueue queue(2);
  for (const std::uint64_t time : {1U, 2U}) queue.add(file_of(time, 1));

  const auto failing = queue.take(kStart);
  ASSERT_TRUE(failing);
  queue.failed(*failing, kStart);
  for (const std::uint64_t time : {1U, 2U}) {
    const auto job = queue.take(kStart);
    ASSERT_TRUE(job);
    EXPECT_NE(job->target, failing->target);
    EXPECT_EQ(job->entry.time_ns, time);
    EXPECT_FALSE(queue.done(*job));
  }

  EXPECT_EQ(queue.size(), 2U);
  EXPECT_EQ(take(queue, kStart + seconds(1)), 1U);
}

TEST(UploadQueue, CountsAFilesFailures) {
  UploadQueue queue(1);
  queue.add(file_of(1, 1));
  const auto first = queue.take(kStart);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->failures, 0U);
  queue.failed(*first, kStart);

  EXPECT_EQ(queue.take(kStart + seconds(1))->failures, 1U);
}

TEST(UploadQueue, EndsPausesWhenItIsToldTo) {
  UploadQueue queue(1);
  queue.add(file_of(1, 1));
  queue.failed(*queue.take(kStart), kStart);

  queue.retry_now();

  EXPECT_EQ(take(queue), 1U);
}

TEST(UploadQueue, IsDueForNothingWhenItIsEmpty) {
  UploadQueue queue(1);
  EXPECT_FALSE(queue.due());
  queue.add(file_of(1, 1));
  queue.done(*queue.take(kStart));

  EXPECT_FALSE(queue.due());
}

TEST(UploadQueue, HoldsNoMoreThanItsShare) {
  UploadQueue queue(1);
  for (std::uint32_t i = 1; i <= UploadQueue::kMaxFiles; ++i) EXPECT_TRUE(queue.add(file_of(i, i)));

  EXPECT_FALSE(queue.add(file_of(0, 0)));
}

}  // namespace
}  // namespace larder::courier
