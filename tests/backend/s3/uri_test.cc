#include "backend/s3/uri.h"

#include <gtest/gtest.h>

#include <string>

namespace larder::s3 {
namespace {

TEST(S3Uri, EncodesAllButUnreservedCharacters) {
  EXPECT_EQ(encode_path("az-AZ_09.~/x"), "az-AZ_09.~/x");
  EXPECT_EQ(encode_path("a b+c%2F&=?#'()*!;:@"),
            "a%20b%2Bc%252F%26%3D%3F%23%27%28%29%2A%21%3B%3A%40");
  EXPECT_EQ(encode_path("\xc3\xa9\x7f"), "%C3%A9%7F");
}

TEST(S3Uri, EncodesTheSlashOfAValue) { EXPECT_EQ(encode_value("a/b c"), "a%2Fb%20c"); }

TEST(S3Uri, ReadsBackWhatItSpells) {
  std::string all;
  for (int byte = 1; byte < 256; ++byte) all += static_cast<char>(byte);

  EXPECT_EQ(decode_listed(encode_path(all)), all);
  EXPECT_EQ(decode_listed(encode_value(all)), all);
}

TEST(S3Uri, TakesAPlusInAListingForASpace) {
  EXPECT_EQ(decode_listed("a+b%2Bc%20d~*'()"), "a b+c d~*'()");
}

TEST(S3Uri, RefusesAListedKeyThatIsCutOff) {
  for (const char* text : {"%", "a%2", "%zz"}) EXPECT_FALSE(decode_listed(text)) << text;
}

}  // namespace
}  // namespace larder::s3
