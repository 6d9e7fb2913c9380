#include "backend/disk/layout.h"

#include "support/data.h"

#include <gtest/gtest.h>

namespace larder::disk::layout {
namespace {

using support::key_of;
using support::name_of;

store::NamespacePath ns_of(std::string_view text) {
  return store::NamespacePath::parse(text).value();
}

TEST(DiskLayout, PutsAnEntryIntoTheShardOfItsFirstByte) {
  const Key key = Key::from_hex("3F21aa").value();

  EXPECT_EQ(shard_of(key), 0x3FU);
  EXPECT_EQ(entry_path({ns_of(""), key}), "3f/3f21aa");
  EXPECT_EQ(entry_path({ns_of("compile/tenant"), key}), "compile/tenant/3f/3f21aa");
}

TEST(DiskLayout, EscapesNamespacesThatAreNamedLikeAShard) {
  EXPECT_EQ(namespace_dir(ns_of("ab/x/AB")), ".ns-ab/x/.ns-AB");
  EXPECT_EQ(namespace_dir(ns_of("")), ".");
  EXPECT_EQ(shard_dir(ns_of("9f"), 0), ".ns-9f/00");
}

TEST(DiskLayout, ReadsBackTheNamespacesItSpells) {
  for (const std::string_view name : {"ab", "AB", "a", "abc", "g0", "compile"}) {
    const auto path = store::NamespacePath().child(name_of(name)).value();

    const auto component = parse_component(namespace_dir(path));

    ASSERT_TRUE(component) << name;
    EXPECT_EQ(component->text(), name);
  }
}

TEST(DiskLayout, TakesOnlyItsOwnSpellingForANamespace) {
  for (const std::string_view name : {"ab", "AB", ".ns-abc", ".ns-", ".larder", ".git", "."}) {
    EXPECT_FALSE(parse_component(name)) << name;
  }
}

TEST(DiskLayout, TakesOnlyLowerCaseForAShard) {
  EXPECT_EQ(parse_shard("3f"), 0x3FU);
  for (const std::string_view name : {"3F", "3", "3f2", "zz", ""}) {
    EXPECT_FALSE(parse_shard(name)) << name;
  }
}

TEST(DiskLayout, ReadsBackTheEntriesItSpells) {
  for (const std::string_view bytes : {"a", "abc", "0123456789012345678901234567890123456789"}) {
    const Key key = key_of(bytes);

    EXPECT_EQ(parse_entry(entry_name(key), shard_of(key)), key);
  }
}

TEST(DiskLayout, TakesNothingElseForAnEntry) {
  for (const std::string_view name :
       {"", "3", "3f2", "3F21", "3f21.tmp", "4021", ".entry", "3f 2"}) {
    EXPECT_FALSE(parse_entry(name, 0x3F)) << name;
  }
  EXPECT_FALSE(parse_entry(std::string(130, '3'), 0x33));
}

TEST(DiskLayout, KnowsTheShardOfATemporary) {
  const std::string name = temporary_name(0x3F, 0x0123456789abcdef);

  EXPECT_EQ(parse_temporary(name), 0x3FU);
  for (const char* foreign : {"notes.txt", "3f-12", "zz-0123456789abcdef", "3f_0123456789abcdef"}) {
    EXPECT_FALSE(parse_temporary(foreign)) << foreign;
  }
}

}  // namespace
}  // namespace larder::disk::layout
