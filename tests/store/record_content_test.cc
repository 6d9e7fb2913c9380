#include "store/record_content.h"

#include "store/pack.h"
#include "store/pack_layout.h"
#include "store/pack_support.h"
#include "support/data.h"
#include "support/temp_dir.h"
#include "util/helper.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <future>

#include <cstddef>

/// Blobs of a pack that a helper begins to read.
namespace larder::store {
namespace {

using support::prose;
using support::TempDir;
using util::ByteBuffer;

constexpr std::size_t kPiece = layout::kPieceBytes;

bool always() { return true; }
bool never() { return false; }

Pack pack_in_file(const TempDir& dir, const ByteBuffer& bytes) {
  return Pack::open(pack_bytes_of(support::make_file(dir.file("pack"), bytes), bytes.size()),
                    Place().address(), kNoBlobLimit)
      .value();
}

TEST(BlobReadAhead, GivesWhatWasStored) {
  for (const Compression& compression : {kRaw, kZstd}) {
    for (bool (*const is_helped)() : {always, never}) {
      for (const std::size_t size :
           {std::size_t{0}, std::size_t{100}, std::size_t{65'536}, std::size_t{300'000}, kPiece,
            kPiece + 1, 3 * kPiece, 10 * kPiece + 7}) {
        const TempDir dir;
        const ByteBuffer content = prose(size);
        const Pack pack = pack_in_file(dir, build({{"blob", content}}, compression));
        util::Helper helper(is_helped);
        const Blob blob = pack.blob(pack.records()[0]);

        blob.content().read_ahead(helper);

        EXPECT_TRUE(blob.read().value() == content) << size;
        EXPECT_TRUE(blob.read().value() == content) << size << ", read once more";
      }
    }
  }
}

TEST(BlobReadAhead, WritesToAFileWhatWasStored) {
  for (const std::size_t size : {std::size_t{300'000}, kPiece + 1, 3 * kPiece, 10 * kPiece + 7}) {
    const TempDir dir;
    const ByteBuffer content = prose(size);
    const Pack pack = pack_in_file(dir, build({{"blob", content}}, kZstd));
    util::Helper helper(always);
    const Blob blob = pack.blob(pack.records()[0]);
    blob.content().read_ahead(helper);

    ASSERT_TRUE(blob.write_to(dir.file("out")));

    EXPECT_TRUE(support::content_of(dir.file("out")) == content) << size;
  }
}

/// Returns when `helper` has done what it was given before.
void wait_for(util::Helper& helper) {
  std::promise<void> done;
  const auto task = helper.begin([&done] { done.set_value(); });
  done.get_future().wait();
}

TEST(BlobReadAhead, HasReadTheFirstPiecesWhenItIsAskedForThem) {
  for (const std::size_t size : {std::size_t{300'000}, 2 * kPiece}) {
    const TempDir dir;
    ByteBuffer content = support::noise(100'000);  // more than is read of a pack that is opened
    util::append(content, util::ByteSpan(prose(size - content.size())));
    const Pack pack = pack_in_file(dir, build({{"blob", content}}, kZstd));
    util::Helper helper(always);
    const Blob blob = pack.blob(pack.records()[0]);

    blob.content().read_ahead(helper);
    wait_for(helper);
    ASSERT_EQ(::truncate(dir.file("pack").c_str(), 0), 0);

    EXPECT_TRUE(blob.read().value() == content);
    EXPECT_EQ(blob.read().error().code(), ErrorCode::corrupt);
  }
}

TEST(BlobReadAhead, GoesOnInOrderForASinkThatWantsThat) {
  const TempDir dir;
  const ByteBuffer content = prose(7 * kPiece);
  const Pack pack = pack_in_file(dir, build({{"blob", content}}, kZstd));
  util::Helper helper(always);
  const Blob blob = pack.blob(pack.records()[0]);
  blob.content().read_ahead(helper);
  wait_for(helper);
  ByteBuffer given;

  const auto outcome = blob.content().read_into([&given](util::ByteSpan piece) -> Result<void> {
    util::append(given, piece);
    return {};
  });

  EXPECT_TRUE(outcome);
  EXPECT_TRUE(given == content);
}

TEST(BlobReadAhead, GivesTheBlobsOfOnePackInAnyOrder) {
  const TempDir dir;
  const ByteBuffer large = prose(5 * kPiece);
  const ByteBuffer middle = prose(200'000);
  const Pack pack =
      pack_in_file(dir, build({{"large", large}, {"middle", middle}, {"small", prose(10)}}));
  util::Helper helper(always);
  const Blob first = pack.blob(pack.records()[0]);
  const Blob second = pack.blob(pack.records()[1]);
  first.content().read_ahead(helper);
  second.content().read_ahead(helper);

  EXPECT_TRUE(second.read().value() == middle);
  EXPECT_TRUE(first.read().value() == large);
}

TEST(BlobReadAhead, IsDroppedWithABlobThatNobodyReads) {
  const TempDir dir;
  const Pack pack = pack_in_file(dir, build({{"blob", prose(10 * kPiece)}}, kZstd));
  util::Helper helper(always);
  for (int i = 0; i < 20; ++i) pack.blob(pack.records()[0]).content().read_ahead(helper);

  EXPECT_TRUE(pack.blob(pack.records()[0]).read().value() == prose(10 * kPiece));
}

TEST(BlobReadAhead, LeavesItToTheReaderToTellThatABlobIsCorrupt) {
  for (const std::size_t size : {std::size_t{300'000}, 10 * kPiece}) {
    const TempDir dir;
    ByteBuffer bytes = build({{"blob", prose(size)}}, kZstd);
    bytes[bytes.size() / 2] ^= std::byte{1};
    const Pack pack = pack_in_file(dir, bytes);
    util::Helper helper(always);
    int told = 0;
    const Blob blob = pack.blob(pack.records()[0], [&] { ++told; });

    blob.content().read_ahead(helper);

    EXPECT_EQ(blob.read().error().code(), ErrorCode::corrupt);
    EXPECT_EQ(told, 1);
  }
}

TEST(BlobReadAhead, TellsOfAFileThatWasCutOffAsReadingItDoes) {
  const TempDir dir;
  const ByteBuffer bytes = build({{"blob", prose(10 * kPiece)}}, kZstd);
  const Pack pack = pack_in_file(dir, bytes);
  ASSERT_EQ(::truncate(dir.file("pack").c_str(), static_cast<off_t>(bytes.size() / 8)), 0);
  util::Helper helper(always);
  int told = 0;
  const Blob blob = pack.blob(pack.records()[0], [&] { ++told; });

  blob.content().read_ahead(helper);

  EXPECT_EQ(blob.read().error().code(), ErrorCode::corrupt);
  EXPECT_EQ(told, 1);
}

}  // namespace
}  // namespace larder::store
