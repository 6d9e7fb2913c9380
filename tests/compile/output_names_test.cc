#include "compile/output_names.h"

#include <gtest/gtest.h>

namespace larder::compile {
namespace {

TEST(OutputNames, ReplaceOnlyTheLastExtensionOfTheFileName) {
  EXPECT_EQ(with_extension("a.o", "d"), "a.d");
  EXPECT_EQ(with_extension("x/a.b.o", "d"), "x/a.b.d");
  EXPECT_EQ(with_extension("x.y/a", "d"), "x.y/a.d");
  EXPECT_EQ(with_extension("a.", "d"), "a.d");
}

TEST(OutputNames, AreNotDerivedFromHiddenNamesAndDevices) {
  for (const auto* path : {".a", "x/.a.o", "x/", "", "/dev/null"}) {
    EXPECT_FALSE(has_derivable_name(path)) << path;
  }
  EXPECT_TRUE(has_derivable_name("x/a"));
}

TEST(OutputNames, QuoteBlanksDollarsAndHashes) {
  EXPECT_EQ(quote_make_target("a b\tc"), "a\\ b\\\tc");
  EXPECT_EQ(quote_make_target("$a#"), "$$a\\#");
  EXPECT_EQ(quote_make_target("a\\b\\ c"), "a\\b\\\\\\ c");
}

TEST(OutputNames, KnowOpenDescriptors) {
  for (const auto* path : {"-", "/dev/stdout", "/dev/fd/3", "/proc/self/fd/1"}) {
    EXPECT_TRUE(names_open_descriptor(path)) << path;
  }
  EXPECT_FALSE(names_open_descriptor("/dev/null"));
}

}  // namespace
}  // namespace larder::compile
