#include "util/varint.h"

#include <gtest/gtest.h>

#include <array>

namespace larder::util {
namespace {

constexpr std::array<std::uint32_t, 9> kValues = {
    0, 1, 0x7f, 0x80, 0x3fff, 0x4000, 0x0fff'ffff, 0x1000'0000, 0xffff'ffff};

TEST(Varint, ReadsWhatWasAppended) {
  ByteBuffer bytes;
  for (const std::uint32_t value : kValues) append_varint(bytes, value);

  VarintReader reader(bytes);

  for (const std::uint32_t value : kValues) EXPECT_EQ(reader.next(), value);
  EXPECT_TRUE(reader.is_sound());
  EXPECT_TRUE(reader.rest().empty());
}

TEST(Varint, TakesAByteForEachSevenBits) {
  const auto size_of = [](std::uint32_t value) {
    ByteBuffer bytes;
    append_varint(bytes, value);
    return bytes.size();
  };

  EXPECT_EQ(size_of(0x7f), 1U);
  EXPECT_EQ(size_of(0x80), 2U);
  EXPECT_EQ(size_of(0xffff'ffff), 5U);
}

TEST(Varint, IsUnsoundOnceItIsCutOff) {
  ByteBuffer bytes;
  append_varint(bytes, 0x4000);
  bytes.pop_back();

  VarintReader reader(bytes);

  EXPECT_EQ(reader.next(), 0U);
  EXPECT_FALSE(reader.is_sound());
  EXPECT_EQ(reader.next(), 0U);
}

TEST(Varint, IsUnsoundWithMoreThan32Bits) {
  const std::array<std::byte, 6> six = {std::byte{0xff}, std::byte{0xff}, std::byte{0xff},
                                        std::byte{0xff}, std::byte{0xff}, std::byte{0x01}};
  const std::array<std::byte, 5> large = {std::byte{0xff}, std::byte{0xff}, std::byte{0xff},
                                          std::byte{0xff}, std::byte{0x1f}};

  for (const ByteSpan bytes : {ByteSpan(six), ByteSpan(large)}) {
    VarintReader reader(bytes);
    EXPECT_EQ(reader.next(), 0U);
    EXPECT_FALSE(reader.is_sound());
  }
}

TEST(Varint, TakesBytesInBetween) {
  ByteBuffer bytes = {std::byte{'a'}, std::byte{'b'}};
  append_varint(bytes, 300);

  VarintReader reader(bytes);

  EXPECT_EQ(as_text(reader.take(2)), "ab");
  EXPECT_EQ(reader.next(), 300U);
  EXPECT_TRUE(reader.is_sound());
  EXPECT_TRUE(reader.take(1).empty());
  EXPECT_FALSE(reader.is_sound());
}

TEST(Varint, ZigzagGoesBothWaysBetweenAnyTwo) {
  for (const std::uint32_t from : kValues) {
    for (const std::uint32_t to : kValues) EXPECT_EQ(from_zigzag(from, zigzag(from, to)), to);
  }
  EXPECT_EQ(zigzag(5, 5), 0U);
  EXPECT_EQ(zigzag(5, 4), 1U);
  EXPECT_EQ(zigzag(5, 6), 2U);
}

}  // namespace
}  // namespace larder::util
