#include "util/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace larder::util {
namespace {

TEST(Utf8, TakesEveryLengthAndTheEdgesOfEachRange) {
  for (const char* text :
       {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
  EXPECT_TRUE(is_utf8(std::string_view("\0", 1)));
}

TEST(Utf8, RefusesOverlongFormsSurrogatesAndWhatIsTooHigh) {
  for (const char* text : {"\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf",
                           "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"}) {
    EXPECT_FALSE(is_utf8(text)) << text;
  }
}

TEST(Utf8, RefusesSequencesCutOffOrContinuedByOthers) {
  for (const char* text : {"\x80", "\xc2", "\xc2z", "\xe1\x80", "\xe1\x80z", "\xf1\x80\x80",
                           "\xf1\x80\x80z", "ok\xbf"}) {
    EXPECT_FALSE(is_utf8(text)) << text;
  }
}

}  // namespace
}  // namespace larder::util
