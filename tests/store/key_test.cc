#include "support/data.h"
#include <larder/key.h>

#include <gtest/gtest.h>

#include <string>

namespace larder {
namespace {

using support::key_of;

TEST(Key, HoldsOneToSixtyFourBytes) {
  EXPECT_EQ(key_of("k").bytes().size(), 1U);
  EXPECT_EQ(key_of(std::string(64, 'k')).bytes().size(), 64U);
}

TEST(Key, RefusesNoBytesAndSixtyFive) {
  EXPECT_EQ(Key::from_bytes({}).error().code(), ErrorCode::invalid_argument);
  EXPECT_EQ(Key::from_bytes(util::as_bytes(std::string(65, 'k'))).error().code(),
            ErrorCode::invalid_argument);
}

TEST(Key, IsReadFromHexOfEitherCase) {
  EXPECT_EQ(Key::from_hex("3F2a").value(), key_of("\x3f\x2a"));
  EXPECT_EQ(Key::from_hex("3F2a").value().hex(), "3f2a");
}

TEST(Key, RefusesHexThatSpellsNoKey) {
  for (const std::string& hex :
       {std::string(), std::string("3"), std::string("3g"), std::string(130, '0')}) {
    EXPECT_EQ(Key::from_hex(hex).error().code(), ErrorCode::invalid_argument) << hex;
  }
}

TEST(Key, IsOrderedByBytesAndThenByLength) {
  EXPECT_LT(key_of("a"), key_of("b"));
  EXPECT_LT(key_of("a"), key_of("aa"));
  EXPECT_LT(key_of("\x7f"), key_of("\x80"));
}

TEST(Key, OfOtherBytesIsAnother) {
  EXPECT_NE(key_of("a"), key_of(std::string("a\0", 2)));
  EXPECT_EQ(key_of("a"), key_of("a"));
}

}  // namespace
}  // namespace larder
