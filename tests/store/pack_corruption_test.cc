#include "store/blob_content.h"
#include "store/pack.h"
#include "store/pack_layout.h"
#include "store/pack_support.h"
#include "support/data.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>

/// What becomes of packs that are not as they were written.
namespace larder::store {
namespace {

using support::noise;
using support::prose;
using support::TempDir;
using util::ByteBuffer;

Blobs mixed_blobs() {
  return {{"empty", {}}, {"prose", prose(5000)}, {"raw", noise(100)}, {"stderr", prose(30)}};
}

ErrorCode code_of(const ByteBuffer& pack) {
  const auto opened = open(pack);
  return opened ? ErrorCode::io : opened.error().code();
}

TEST(PackCorruption, OfAnyBitIsNoticedOrHarmless) {
  const Blobs blobs = mixed_blobs();
  const ByteBuffer sound = build(blobs);

  for (std::size_t bit = 0; bit < sound.size() * 8; ++bit) {
    ByteBuffer pack = sound;
    pack[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);
    const auto opened = open(pack);
    if (!opened) {
      ASSERT_EQ(opened.error().code(), ErrorCode::corrupt) << "bit " << bit;
      continue;
    }
    if (opened->state() == Pack::State::newer) continue;
    const auto read = read_blobs(*opened);
    ASSERT_TRUE(read ? *read == blobs : read.error().code() == ErrorCode::corrupt) << "bit " << bit;
    ASSERT_TRUE(read || !opened->verify()) << "bit " << bit;
  }
}

TEST(PackCorruption, OfAnyBitOfARawPackIsFoundByVerify) {
  const ByteBuffer sound = build(mixed_blobs(), kRaw);

  for (std::size_t bit = 0; bit < sound.size() * 8; ++bit) {
    ByteBuffer pack = sound;
    pack[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);
    const auto opened = open(pack);
    ASSERT_TRUE(!opened || opened->state() == Pack::State::newer || !opened->verify())
        << "bit " << bit;
  }
}

TEST(PackCorruption, ByTruncationIsNoticed) {
  const ByteBuffer sound = build(mixed_blobs());

  for (std::size_t size = 0; size < sound.size(); ++size) {
    const auto opened = open(ByteBuffer(sound.begin(), sound.begin() + static_cast<int>(size)));
    ASSERT_FALSE(opened) << size;
    ASSERT_EQ(opened.error().code(), ErrorCode::corrupt) << size;
  }
}

TEST(PackCorruption, ByTruncationOfALargeFileBehindItsBackIsNoticed) {
  const TempDir dir;
  for (const Compression& compression : {kRaw, kZstd}) {
    const ByteBuffer sound = build({{"blob", prose(2'000'000)}}, compression);
    const auto pack =
        Pack::open(pack_bytes_of(support::make_file(dir.file("pack"), sound), sound.size()),
                   Place().address(), kNoBlobLimit);
    ASSERT_TRUE(pack);
    ASSERT_EQ(::truncate(dir.file("pack").c_str(), static_cast<off_t>(sound.size() - 1)), 0);

    EXPECT_EQ(pack->blob(pack->records()[0]).read().error().code(), ErrorCode::corrupt);
    EXPECT_EQ(pack->verify().error().code(), ErrorCode::corrupt);
  }
}

TEST(PackCorruption, ByTrailingBytesIsNoticed) {
  ByteBuffer pack = build(mixed_blobs());
  pack.push_back(std::byte{0});
  EXPECT_EQ(code_of(pack), ErrorCode::corrupt);

  util::store(pack, layout::kTotalBytesAt, std::uint64_t{pack.size()});
  EXPECT_EQ(code_of(resealed(pack)), ErrorCode::corrupt);
}

TEST(PackCorruption, OfALargeBlobIsNoticedWhicheverWayItIsRead) {
  const TempDir dir;
  for (const Compression& compression : {kRaw, kZstd}) {
    ByteBuffer bytes = build({{"blob", prose(2'000'000)}}, compression);
    bytes[bytes.size() / 2] ^= std::byte{1};
    const auto pack =
        Pack::open(pack_bytes_of(support::make_file(dir.file("pack"), bytes), bytes.size()),
                   Place().address(), kNoBlobLimit);
    const Blob blob = pack->blob(pack->records()[0]);

    EXPECT_EQ(blob.read().error().code(), ErrorCode::corrupt);
    const util::UniqueFd out = support::make_file(dir.file("out"));
    EXPECT_EQ(blob.write_to(out.get()).error().code(), ErrorCode::corrupt);
    EXPECT_EQ(blob.write_to(dir.file("whole")).error().code(), ErrorCode::corrupt);
    EXPECT_EQ(dir.children(), 2U);
  }
}

TEST(PackCorruption, OfTheLengthsOfAPiecesFrameIsNoticed) {
  const ByteBuffer sound = build({{"blob", prose(2'000'000)}}, kZstd);
  const std::size_t table = open(sound)->records()[0].offset;
  const auto first = util::load<std::uint32_t>(sound, table);
  const auto code_with = [&](std::uint32_t length, std::uint32_t next_length) {
    ByteBuffer bytes = sound;
    util::store(bytes, table, length);
    util::store(bytes, table + sizeof length, next_length);
    const auto pack = open(std::move(bytes));
    return pack->blob(pack->records()[0]).read().error().code();
  };
  const auto second = util::load<std::uint32_t>(sound, table + sizeof first);

  EXPECT_EQ(code_with(first + 1, second), ErrorCode::corrupt);
  EXPECT_EQ(code_with(first + 1, second - 1), ErrorCode::corrupt);
  EXPECT_EQ(code_with(0, first + second), ErrorCode::corrupt);
  EXPECT_EQ(code_with(~std::uint32_t{0}, first + second + 1), ErrorCode::corrupt);
}

TEST(PackCorruption, ByFewerStoredBytesThanLengthsOfFramesIsNoticed) {
  constexpr std::uint64_t kAnySize = ~std::uint64_t{0};
  // A blob of a gigabyte, and of more than there is, that is said to take what 1,000 equal bytes
  // do.
  for (const int log : {30, 60}) {
    ByteBuffer bytes = with(build({{"blob", ByteBuffer(1000)}}, kZstd),
                            layout::kPreambleBytes + layout::kRawBytesAt, std::uint64_t{1} << log);
    const auto pack = open(std::move(bytes), kAnySize);

    ASSERT_TRUE(pack) << pack.error().message();
    EXPECT_EQ(pack->blob(pack->records()[0]).read().error().code(), ErrorCode::corrupt);
    EXPECT_EQ(pack->verify().error().code(), ErrorCode::corrupt);
  }
}

TEST(PackCorruption, IsToldOnce) {
  ByteBuffer bytes = build({{"blob", noise(100)}});
  bytes.back() ^= std::byte{1};
  const auto pack = open(bytes);
  int told = 0;
  const Blob blob = pack->blob(pack->records()[0], [&told] { ++told; });

  EXPECT_FALSE(blob.read());
  EXPECT_FALSE(blob.read());
  EXPECT_EQ(told, 1);
}

TEST(PackCorruption, IsNotToldForASinksError) {
  const auto pack = open(build({{"blob", prose(1'000'000)}}, kZstd));
  int told = 0;
  const Blob blob = pack->blob(pack->records()[0], [&told] { ++told; });

  const auto outcome = blob.content().read_into(
      [](util::ByteSpan) -> Result<void> { return fail(ErrorCode::corrupt, "the sink's"); });

  EXPECT_EQ(outcome.error().message(), "the sink's");
  EXPECT_EQ(told, 0);
}

TEST(PackCorruption, IsNotToldForTheErrorOfASinkThatTakesAnyOrder) {
  const auto pack = open(build({{"blob", prose(5'000'000)}}, kZstd));
  int told = 0;
  const Blob blob = pack->blob(pack->records()[0], [&told] { ++told; });

  const auto outcome =
      blob.content().read_in_any_order([](std::uint64_t offset, util::ByteSpan) -> Result<void> {
        if (offset < 2'000'000) return {};
        return fail(ErrorCode::corrupt, "the sink's");
      });

  EXPECT_EQ(outcome.error().message(), "the sink's");
  EXPECT_EQ(told, 0);
}

TEST(PackCorruption, OfAnyPieceIsToldOnce) {
  const ByteBuffer sound = build({{"blob", prose(5'000'000)}}, kZstd);
  const auto record = open(sound)->records()[0];
  for (int tenth = 0; tenth < 10; ++tenth) {
    ByteBuffer bytes = sound;
    bytes[record.offset + 100 + record.stored_bytes * tenth / 10] ^= std::byte{1};
    const auto pack = open(std::move(bytes));
    int told = 0;
    const Blob blob = pack->blob(pack->records()[0], [&told] { ++told; });

    EXPECT_EQ(blob.read().error().code(), ErrorCode::corrupt) << tenth;
    EXPECT_EQ(told, 1) << tenth;
  }
}

TEST(PackVersion, OfAHigherMajorIsNewerWhateverFollows) {
  ByteBuffer pack = build(mixed_blobs());
  util::store(pack, layout::kMajorAt, std::uint16_t{2});
  pack.resize(20);

  const auto opened = open(pack);

  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->state(), Pack::State::newer);
  EXPECT_TRUE(opened->records().empty());
  EXPECT_TRUE(opened->verify());
}

TEST(PackVersion, OfAHigherMinorIsRead) {
  const auto opened = open(with(build(mixed_blobs()), layout::kMinorAt, std::uint16_t{9}));
  EXPECT_EQ(opened->state(), Pack::State::sound);
  EXPECT_EQ(read_blobs(*opened).value(), mixed_blobs());
}

TEST(PackVersion, WithAnUnknownCodecOrChecksumIsNewer) {
  const ByteBuffer sound = build(mixed_blobs());
  EXPECT_EQ(open(with(sound, layout::kPreambleBytes, std::uint8_t{2}))->state(),
            Pack::State::newer);
  EXPECT_EQ(open(with(sound, layout::kChecksumIdAt, std::uint32_t{2}))->state(),
            Pack::State::newer);
}

TEST(PackVersion, WithAnUnknownOptionalExtensionIsRead) {
  const auto opened = open(with_extension(roomy_pack(), 0, 0));

  ASSERT_TRUE(opened) << opened.error().message();
  EXPECT_EQ(opened->state(), Pack::State::sound);
  EXPECT_EQ(read_blobs(*opened).value(), (Blobs{{"roomy", noise(50)}}));
}

TEST(PackVersion, WithAnUnknownRequiredExtensionIsNewer) {
  const auto opened = open(with_extension(roomy_pack(), layout::kRequired, 0));
  ASSERT_TRUE(opened) << opened.error().message();
  EXPECT_EQ(opened->state(), Pack::State::newer);
}

TEST(PackCorruption, ByAnExtensionThatIsCutOffIsNoticed) {
  EXPECT_EQ(code_of(with_extension(roomy_pack(), 0, 1)), ErrorCode::corrupt);
}

TEST(PackCorruption, ByImpossibleNumbersIsNoticed) {
  const ByteBuffer sound = build({{"a", noise(100)}, {"b", noise(200)}}, kRaw);
  const std::size_t a = layout::kPreambleBytes;
  const std::size_t b = a + layout::kRecordBytes + 1;
  const auto offset_of_b = util::load<std::uint64_t>(sound, b + layout::kOffsetAt);

  EXPECT_EQ(code_of(with(sound, layout::kBlobsAt, std::uint32_t{3})), ErrorCode::corrupt);
  EXPECT_EQ(code_of(with(sound, layout::kBlobsAt, std::uint32_t{257})), ErrorCode::corrupt);
  for (const std::uint64_t offset :
       {std::uint64_t{0}, offset_of_b, offset_of_b + 8, ~std::uint64_t{0} & ~std::uint64_t{15}}) {
    EXPECT_EQ(code_of(with(sound, a + layout::kOffsetAt, offset)), ErrorCode::corrupt) << offset;
  }
  for (const std::uint64_t length : {std::uint64_t{99}, ~std::uint64_t{0}}) {
    EXPECT_EQ(code_of(with(sound, a + layout::kStoredBytesAt, length)), ErrorCode::corrupt);
    EXPECT_EQ(code_of(with(sound, a + layout::kRawBytesAt, length)), ErrorCode::corrupt);
  }
  EXPECT_EQ(code_of(with(sound, a + layout::kReservedAt, std::uint8_t{1})), ErrorCode::corrupt);
  EXPECT_EQ(code_of(with(sound, a + layout::kNameBytesAt, std::uint8_t{0})), ErrorCode::corrupt);
}

TEST(PackCorruption, ByNamesThatAreUnsortedTwiceGivenOrUnfitIsNoticed) {
  const ByteBuffer sound = build({{"a", noise(100)}, {"b", noise(200)}}, kRaw);
  const std::size_t name_of_a = layout::kPreambleBytes + layout::kRecordBytes;

  for (const char name : {'b', 'c', '.', '/', '\0', '\x80'}) {
    EXPECT_EQ(code_of(with(sound, name_of_a, static_cast<std::uint8_t>(name))), ErrorCode::corrupt);
  }
}

}  // namespace
}  // namespace larder::store
