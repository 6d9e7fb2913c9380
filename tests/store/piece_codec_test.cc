#include "store/piece_codec.h"

#include "store/pack_layout.h"
#include "store/table_support.h"
#include "store/zstd_codec.h"
#include "support/data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace larder::store {
namespace {

using support::noise;
using support::prose;
using util::ByteBuffer;
using util::ByteSpan;

ByteBuffer encoded(ByteSpan raw, int level = 1) {
  ByteBuffer out(layout::kMaxStoredPieceBytes);
  out.resize(encode_piece(level, raw, out).value().value());
  return out;
}

ByteBuffer frame_of(ByteSpan raw) {
  ByteBuffer out(layout::kMaxStoredPieceBytes);
  out.resize(zstd_encode(1, raw, out).value().value());
  return out;
}

/// An object's symbols between its text and its section headers.
ByteBuffer object() {
  ByteBuffer bytes = prose(20'000);
  util::append(bytes, ByteSpan(relocations(3000)));
  util::append(bytes, ByteSpan(noise(3000)));
  util::append(bytes, ByteSpan(section_headers(500)));
  return bytes;
}

std::string error_of(ByteSpan stored, std::size_t raw_bytes) {
  ByteBuffer raw(raw_bytes);
  const auto decoded = decode_piece(stored, raw);
  if (decoded) return "none";
  EXPECT_EQ(decoded.error().code(), ErrorCode::corrupt);
  return decoded.error().message();
}

bool has_list(ByteSpan stored) {
  return util::load<std::uint32_t>(stored, 0) == layout::kTableListMagic;
}

TEST(PieceCodec, GivesBackWhatItWasGiven) {
  for (const ByteBuffer& raw : {object(), prose(100), prose(layout::kPieceBytes),
                                noise(layout::kPieceBytes), relocations(21'000)}) {
    for (const int level : {1, 3, 19}) {
      ByteBuffer back(raw.size());

      const auto decoded = decode_piece(encoded(raw, level), back);

      ASSERT_TRUE(decoded) << decoded.error().message();
      EXPECT_TRUE(back == raw) << raw.size() << " at level " << level;
    }
  }
}

TEST(PieceCodec, GivesBackAProgramPieceByPiece) {
  const ByteBuffer program = support::content_of("/proc/self/exe");
  std::size_t with_list = 0;

  for (std::size_t at = 0; at < program.size(); at += layout::kPieceBytes) {
    const ByteSpan raw = ByteSpan(program).subspan(
        at, std::min<std::size_t>(layout::kPieceBytes, program.size() - at));
    const ByteBuffer stored = encoded(raw);
    ByteBuffer back(raw.size());
    ASSERT_TRUE(decode_piece(stored, back));
    ASSERT_TRUE(std::ranges::equal(back, raw)) << "piece at " << at;
    with_list += has_list(stored) ? 1 : 0;
  }

  EXPECT_GT(with_list, 0U) << "of symbols";
}

TEST(PieceCodec, MakesTablesSmallerThanTheirFrameAloneWouldBe) {
  const ByteBuffer raw = relocations(10'000);

  EXPECT_LT(encoded(raw).size() * 2, frame_of(raw).size());
}

TEST(PieceCodec, WritesTheFrameAloneWhereThereIsNoTable) {
  EXPECT_EQ(encoded(prose(100'000)), frame_of(prose(100'000)));
}

TEST(PieceCodec, ReadsTablesThatAreNotSplit) {
  const ByteBuffer raw = object();
  ByteBuffer back(raw.size());

  ASSERT_TRUE(decode_piece(frame_of(raw), back));
  EXPECT_EQ(back, raw);
}

TEST(PieceCodec, TellsWhereThereIsTooLittleRoom) {
  const ByteBuffer raw = object();
  for (const std::size_t bytes : {0U, 1U, 20U, 32U, 33U, 1000U}) {
    ByteBuffer out(bytes);
    EXPECT_EQ(encode_piece(1, raw, out).value(), std::nullopt) << bytes;
  }
}

TEST(PieceCodec, NoticesAListThatCannotBe) {
  const ByteBuffer raw = object();
  const ByteBuffer sound = encoded(raw);
  const auto with = [&](std::size_t offset, std::uint32_t value) {
    ByteBuffer bytes = sound;
    util::store(bytes, offset, value);
    return error_of(bytes, raw.size());
  };
  constexpr std::size_t kFirst = layout::kTableListBytes;

  ASSERT_TRUE(has_list(sound));
  EXPECT_EQ(error_of(sound, raw.size()), "none");
  EXPECT_EQ(with(layout::kTableListLengthAt, 7), "its list of tables has an impossible length");
  EXPECT_EQ(with(layout::kTableListLengthAt, ~std::uint32_t{0}),
            "its list of tables has an impossible length");
  EXPECT_EQ(with(kFirst + layout::kTableRowBytesAt, 25), "a table's rows have an unknown length");
  EXPECT_EQ(with(kFirst + layout::kTableRowsAt, ~std::uint32_t{0}), "a table is too long");
  EXPECT_EQ(with(kFirst + 2 * layout::kTableBytes + layout::kTableRowsAt, 1000),
            "a table ends beyond its piece");
  EXPECT_EQ(with(kFirst + layout::kTableBytes + layout::kTableOffsetAt, 0),
            "its tables are not in order");
}

TEST(PieceCodec, NoticesThatAPieceEndsAfterItsListOrInIt) {
  const ByteBuffer raw = object();
  const ByteBuffer sound = encoded(raw);
  const std::size_t frame_at = layout::kTableListBytes + 2 * layout::kTableBytes;

  for (const std::size_t bytes : {std::size_t{0}, std::size_t{4}, layout::kTableListBytes,
                                  frame_at - 1, frame_at, frame_at + 1, sound.size() - 1}) {
    EXPECT_NE(error_of(ByteSpan(sound).first(bytes), raw.size()), "none") << bytes;
  }
}

}  // namespace
}  // namespace larder::store
