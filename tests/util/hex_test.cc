#include "util/hex.h"

#include "util/bytes.h"

#include <gtest/gtest.h>

#include <array>

namespace larder::util {
namespace {

TEST(Hex, SpellsBytesInLowerCase) { EXPECT_EQ(to_hex(as_bytes("\x01\xaf\xff")), "01afff"); }

TEST(Hex, ReadsDigitsOfEitherCase) {
  std::array<std::byte, 4> out = {};

  const auto size = from_hex("01aFFf", out);

  ASSERT_EQ(size, 3U);
  EXPECT_EQ(to_hex(std::span(out).first(3)), "01afff");
}

TEST(Hex, RefusesOddCountsForeignCharactersAndTooManyDigits) {
  std::array<std::byte, 2> out = {};

  EXPECT_FALSE(from_hex("abc", out));
  EXPECT_FALSE(from_hex("0g", out));
  EXPECT_FALSE(from_hex("001122", out));
}

}  // namespace
}  // namespace larder::util
