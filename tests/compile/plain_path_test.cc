#include "compile/plain_path.h"

#include <gtest/gtest.h>

namespace larder::compile {
namespace {

TEST(PlainPath, LeavesOutWhatCannotChangeTheMeaning) {
  EXPECT_EQ(plain_path("./a//b/./c/"), "a/b/c");
  EXPECT_EQ(plain_path("/a/../b"), "/a/../b");
  EXPECT_EQ(plain_path("."), ".");
  EXPECT_EQ(plain_path(""), ".");
  EXPECT_EQ(plain_path("/"), "/");
  EXPECT_EQ(plain_path("a/."), "a");
  EXPECT_EQ(plain_path("a/.b/..c"), "a/.b/..c");
}

TEST(JoinPath, GivesOnePlainPath) {
  EXPECT_EQ(join_path("/usr/include", "sys/types.h"), "/usr/include/sys/types.h");
  EXPECT_EQ(join_path("a/./b", "./x.h"), "a/b/x.h");
  EXPECT_EQ(join_path(".", "x.h"), "x.h");
  EXPECT_EQ(join_path("a", "/x//y.h"), "/x/y.h");
}

TEST(PlainPath, IsRecognised) {
  for (const char* path : {"a", ".", "/", "/a", "a/../b", "..", ".a/b.", "a/..b"}) {
    EXPECT_TRUE(is_plain_path(path)) << path;
    EXPECT_EQ(plain_path(path), path);
  }
  for (const char* path : {"", "./a", "a/", "a//b", "a/.", "a/./b", "//a", "/."}) {
    EXPECT_FALSE(is_plain_path(path)) << path;
    EXPECT_NE(plain_path(path), path);
  }
}

}  // namespace
}  // namespace larder::compile
