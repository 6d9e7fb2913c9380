#include "store/blob_input.h"

#include "support/data.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <utility>
#include <vector>

namespace larder::store {
namespace {

using support::TempDir;

/// The lengths around which the pieces change in which a file is read.
const std::vector<std::size_t> kSizes = {0, 1, 262'143, 262'144, 262'145, 600'000};

Result<util::ByteBuffer> in_pieces(const BlobInput& input) {
  util::ByteBuffer bytes;
  return input
      .read_into([&](util::ByteSpan piece) -> Result<void> {
        util::append(bytes, piece);
        return {};
      })
      .map([&] { return std::move(bytes); });
}

TEST(BlobInput, ReadsAFileAsOftenAsAsked) {
  const TempDir dir;
  for (const std::size_t size : kSizes) {
    (void)support::make_file(dir.file("source"), support::noise(size));
    const BlobSource source = BlobSource::from_file(dir.file("source"));
    const auto input = BlobInput::open(source);
    ASSERT_TRUE(input);
    EXPECT_EQ(input->size(), size);

    for (int i = 0; i < 2; ++i) {
      util::ByteBuffer bytes(size);
      ASSERT_TRUE(input->read_all(bytes));
      EXPECT_TRUE(bytes == support::noise(size)) << size;
      EXPECT_TRUE(in_pieces(*input).value() == bytes) << size;
    }
  }
}

TEST(BlobInput, FillsOneBufferAfterAnother) {
  const TempDir dir;
  for (const std::size_t size : kSizes) {
    const util::ByteBuffer bytes = support::noise(size);
    (void)support::make_file(dir.file("source"), bytes);

    for (const BlobSource& source :
         {BlobSource::from_file(dir.file("source")), BlobSource::from_bytes(bytes)}) {
      std::vector<util::ByteBuffer> pieces;
      const auto filled = BlobInput::open(source)->fill(1000, [&](std::size_t piece_bytes) {
        return Result<std::span<std::byte>>(pieces.emplace_back(piece_bytes));
      });

      ASSERT_TRUE(filled);
      EXPECT_EQ(pieces.size(), (size + 999) / 1000);
      util::ByteBuffer all;
      for (const util::ByteBuffer& piece : pieces) util::append(all, piece);
      EXPECT_TRUE(all == bytes) << size;
    }
  }
}

TEST(BlobInput, NoticesAFileThatGrewOrShrank) {
  const TempDir dir;
  for (const std::size_t size : kSizes) {
    for (const std::size_t new_size : {size + 1, size - 1}) {
      if (size == 0 && new_size != 1) continue;
      const util::UniqueFd fd = support::make_file(dir.file("source"), support::noise(size));
      const BlobSource source = BlobSource::from_fd(fd.get());
      const auto input = BlobInput::open(source);
      ASSERT_EQ(::ftruncate(fd.get(), static_cast<off_t>(new_size)), 0);

      util::ByteBuffer bytes(size);
      const auto read = input->read_all(bytes);
      const auto pieces = in_pieces(*input);

      ASSERT_FALSE(read) << size << " to " << new_size;
      EXPECT_EQ(read.error().code(), ErrorCode::io);
      ASSERT_FALSE(pieces) << size << " to " << new_size;
      EXPECT_EQ(pieces.error().code(), ErrorCode::io);
    }
  }
}

TEST(BlobInput, GivesBytesInMemoryInPlace) {
  const util::ByteBuffer bytes = support::noise(10);
  const BlobSource source = BlobSource::from_bytes(bytes);

  const auto input = BlobInput::open(source);

  ASSERT_TRUE(input->in_memory());
  EXPECT_EQ(input->in_memory()->data(), bytes.data());
}

}  // namespace
}  // namespace larder::store
