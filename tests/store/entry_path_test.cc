#include "store/entry_path.h"

#include "support/data.h"

#include <gtest/gtest.h>

namespace larder::store {
namespace {

using support::key_of;

NamespacePath ns_of(std::string_view text) { return NamespacePath::parse(text).value(); }

TEST(EntryPath, IsReadBackAsTheEntryItIsOf) {
  for (const std::string_view ns : {"", "a", "ab", "AB/ab", "compile/tenant", "a b/%2F"}) {
    for (const std::string_view bytes : {"a", "abc", "\xab"}) {
      const NamespacePath path = ns_of(ns);
      const Key key = key_of(bytes);

      const auto place = parse_entry_path(entry_path({path, key}));

      ASSERT_TRUE(place) << ns;
      EXPECT_EQ(place->ns, path);
      EXPECT_EQ(place->key, key);
    }
  }
}

TEST(EntryPath, IsNoneThatIsSpelledOtherwise) {
  EXPECT_TRUE(parse_entry_path("a/3f/3f21"));
  for (const std::string_view path :
       {"", "/", "3f", "3f/", "3f/3F21", "3F/3f21", "3f/4021", "3f/3f21/", "3f/3f21/x", "/3f/3f21",
        "a//3f/3f21", "ab/3f/3f21", ".ns-a/3f/3f21", ".larder/3f/3f21", "a/3f21", "a\n/3f/3f21"}) {
    EXPECT_FALSE(parse_entry_path(path)) << path;
  }
}

TEST(EntryPath, HasNoNamespaceThatIsTooLong) {
  std::string path;
  for (int i = 0; i < 5; ++i) path += std::string(200, 'n') + '/';

  EXPECT_FALSE(parse_entry_path(path + "3f/3f21"));
}

}  // namespace
}  // namespace larder::store
