#include "util/similar.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace larder::util {
namespace {

constexpr std::array<std::string_view, 4> kWords = {"max_size", "max_blob", "mode", "log"};

TEST(MostSimilar, FindsDroppedInsertedReplacedAndSwappedCharacters) {
  EXPECT_EQ(most_similar("maxsize", kWords), "max_size");
  EXPECT_EQ(most_similar("max_sizes", kWords), "max_size");
  EXPECT_EQ(most_similar("max-size", kWords), "max_size");
  EXPECT_EQ(most_similar("mdoe", kWords), "mode");
}

TEST(MostSimilar, PrefersTheNearest) { EXPECT_EQ(most_similar("max_blib", kWords), "max_blob"); }

TEST(MostSimilar, FindsNothingFarAway) {
  EXPECT_EQ(most_similar("bucket", kWords), std::nullopt);
  EXPECT_EQ(most_similar("", kWords), std::nullopt);
  EXPECT_EQ(most_similar(std::string(1000, 'm'), kWords), std::nullopt);
}

}  // namespace
}  // namespace larder::util
