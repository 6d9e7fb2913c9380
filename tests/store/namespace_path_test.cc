#include "store/namespace_path.h"

#include "support/data.h"

#include <gtest/gtest.h>

#include <string>

namespace larder::store {
namespace {

using support::name_of;

NamespacePath path_of(std::string_view text) { return NamespacePath::parse(text).value(); }

TEST(NamespacePath, OfTheRootIsEmpty) {
  EXPECT_TRUE(NamespacePath().is_root());
  EXPECT_EQ(path_of(""), NamespacePath());
  EXPECT_TRUE(NamespacePath().components().empty());
}

TEST(NamespacePath, GrowsByComponents) {
  const auto path = NamespacePath().child(name_of("compile"))->child(name_of("tenant"));

  ASSERT_TRUE(path);
  EXPECT_EQ(path->text(), "compile/tenant");
  EXPECT_EQ(path->components(), (std::vector<std::string_view>{"compile", "tenant"}));
  EXPECT_EQ(*path, path_of("compile/tenant"));
}

TEST(NamespacePath, RefusesTextThatHoldsNoName) {
  for (const char* text : {"/", "a/", "/a", "a//b", "a/../b", "a/.b"}) {
    EXPECT_EQ(NamespacePath::parse(text).error().code(), ErrorCode::invalid_argument) << text;
  }
}

TEST(NamespacePath, RefusesToGrowTooLong) {
  const Name component = name_of(std::string(200, 'n'));
  NamespacePath path;
  for (int i = 0; i < 4; ++i) path = path.child(component).value();

  EXPECT_EQ(path.child(component).error().code(), ErrorCode::invalid_argument);
  EXPECT_TRUE(path.child(name_of("short")));
}

TEST(NamespacePath, LiesWithinItselfAndItsAncestors) {
  EXPECT_TRUE(path_of("a/b").is_within(path_of("a/b")));
  EXPECT_TRUE(path_of("a/b").is_within(path_of("a")));
  EXPECT_TRUE(path_of("a/b").is_within(NamespacePath()));
  EXPECT_FALSE(path_of("a").is_within(path_of("a/b")));
  EXPECT_FALSE(path_of("ab").is_within(path_of("a")));
}

TEST(NamespacePath, IsSpelledRelativeToAnAncestor) {
  EXPECT_EQ(path_of("a/b/c").relative_to(path_of("a")), "b/c");
  EXPECT_EQ(path_of("a/b").relative_to(NamespacePath()), "a/b");
  EXPECT_EQ(path_of("a").relative_to(path_of("a")), "");
}

}  // namespace
}  // namespace larder::store
