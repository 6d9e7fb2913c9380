#include "compile/root_mentions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>

namespace larder::compile {
namespace {

constexpr const char* kSource = "/a/one/x.c";
constexpr const char* kOutside = "/usr/include/o.h";

void see_outside(RootMentions& mentions, std::string_view path, std::string_view text) {
  mentions.see_outside(path, decode_mentions(encode_mentions(mentions.find_outside(text))).value());
}

bool may_matter(std::initializer_list<std::pair<const char*, const char*>> files,
                bool maps_macros = false) {
  const ProjectRoot root("/a/one");
  RootMentions mentions(root, maps_macros);
  for (const auto& [path, text] : files) {
    if (!mentions.is_inside(path)) see_outside(mentions, path, text);
  }
  mentions.find_telling();
  return mentions.is_certain() || std::ranges::any_of(files, [&](const auto& file) {
           return mentions.is_inside(file.first) && mentions.tells(file.second);
         });
}

TEST(RootMentions, SeeAFileNameThatAProjectsFileAsksFor) {
  EXPECT_TRUE(may_matter({{kSource, "char s[sizeof(__FILE__)];"}}));
  EXPECT_TRUE(may_matter({{kSource, "char s[sizeof(__BASE_FILE__)];"}}));
  EXPECT_FALSE(may_matter({{kSource, "char s[sizeof(__FILE__x)]; int FILE, __LINE__;"}}));
}

TEST(RootMentions, SeeNothingInAnEmptyFile) {
  const ProjectRoot root("/a/one");
  RootMentions mentions(root, false);
  see_outside(mentions, kOutside, std::string_view());
  mentions.find_telling();

  EXPECT_FALSE(mentions.is_certain());
  EXPECT_FALSE(mentions.tells(std::string_view()));
}

TEST(RootMentions, LetOutsidersAskForTheirOwnNames) {
  EXPECT_FALSE(may_matter({{kSource, "int x;"}, {kOutside, "char s[sizeof(__FILE__)];"}}));
  EXPECT_FALSE(may_matter({{"x.c", "char s[sizeof(__FILE__)];"}}));
}

TEST(RootMentions, FollowOutsidersMacros) {
  const char* const macros =
      "# define INNER(x) f(x, \\\n  __FILE__)\n"
      "#define /* a comment */ OUTER INNER(/* over\n lines */ 1)\n"
      "#define OTHER 1\n";
  EXPECT_TRUE(may_matter({{kOutside, macros}, {kSource, "OUTER;"}}));
  EXPECT_TRUE(may_matter({{kOutside, macros}, {kSource, "INNER(2);"}}));
  EXPECT_FALSE(may_matter({{kOutside, macros}, {kSource, "OTHER;"}}));
}

TEST(RootMentions, FollowMacrosFromOneFileToAnotherInAnyOrder) {
  constexpr const char* kOther = "/usr/include/p.h";
  EXPECT_TRUE(may_matter({{kOutside, "#define OUTER(x) MIDDLE(x, MIDDLE)\n"},
                          {kOther, "#define MIDDLE(x, y) x INNER y\n#define INNER __FILE__\n"},
                          {kSource, "OUTER(1);"}}));
}

TEST(RootMentions, FollowMoreMacrosThanAByteCounts) {
  std::string macros = "#define M0 __FILE__\n";
  for (int i = 1; i < 1000; ++i) {
    macros += "#define M" + std::to_string(i) + " M" + std::to_string(i - 1) + "\n";
  }
  EXPECT_TRUE(may_matter({{kOutside, macros.c_str()}, {kSource, "M999;"}}));
  EXPECT_FALSE(may_matter({{kOutside, macros.c_str()}, {kSource, "M1000;"}}));
}

TEST(RootMentions, HaveAnotherPurposeBelowTheRootForOtherMacros) {
  const ProjectRoot root("/a/one");
  RootMentions one(root, false);
  RootMentions same(root, false);
  RootMentions other(root, false);
  see_outside(one, kOutside, "#define A __FILE__\n#define B __FILE__\n");
  see_outside(same, kOutside, "#define B A\n#define A __FILE__\n");
  see_outside(other, kOutside, "#define A __FILE__\n");
  for (RootMentions* mentions : {&one, &same, &other}) mentions->find_telling();

  EXPECT_EQ(one.inside_purpose(), same.inside_purpose());
  EXPECT_NE(one.inside_purpose(), other.inside_purpose());
}

TEST(RootMentions, AreNotReadFromOtherBytes) {
  const ProjectRoot root("/a/one");
  const util::ByteBuffer sound =
      encode_mentions(RootMentions(root, false).find_outside("#define A B C D\n"));
  ASSERT_TRUE(decode_mentions(sound));

  EXPECT_FALSE(decode_mentions({}));
  EXPECT_FALSE(decode_mentions(util::ByteSpan(sound).first(1)));
  EXPECT_FALSE(decode_mentions(util::ByteSpan(sound).first(10)));
}

TEST(RootMentions, BearDefinitionsOfNamesThatAreNotThere) {
  const ProjectRoot root("/a/one");
  RootMentions mentions(root, false);
  OutsideMentions odd = mentions.find_outside("#define A __FILE__\n");
  for (const unsigned byte : {0x7fU, 2U, 0U, 0x7eU, 0x80U}) {
    odd.definitions.push_back(static_cast<std::byte>(byte));
  }
  mentions.see_outside(kOutside, odd);
  mentions.find_telling();

  EXPECT_TRUE(mentions.tells("A"));
  EXPECT_FALSE(mentions.tells("B"));
}

TEST(RootMentions, SeeTheMeaningBehindACommentOverLines) {
  EXPECT_TRUE(may_matter({{kOutside, "#define M /* \n\n */ __FILE__\n"}, {kSource, "M;"}}));
  EXPECT_TRUE(
      may_matter({{kOutside, "#define P \"/*\"\n#define M __FILE__ /* */\n"}, {kSource, "M;"}}));
}

TEST(RootMentions, SeeWhatTheCommandLineDefines) {
  const ProjectRoot root("/a/one");
  RootMentions mentions(root, false);
  see_outside(mentions, kOutside, "#define WHERE __FILE__\n");
  mentions.find_telling();

  EXPECT_TRUE(mentions.uses_telling("-DHERE=WHERE"));
  EXPECT_FALSE(mentions.uses_telling("-DHERE=/a/one"));  // which is told in terms of the root
}

TEST(RootMentions, AreUncertainOfNamesThatAreSplicedTogether) {
  EXPECT_TRUE(may_matter({{kSource, "char s[sizeof(__FI\\\nLE__)];"}}));
  EXPECT_TRUE(may_matter({{kSource, "char s[sizeof(__FI?\?/\nLE__)];"}}));
  EXPECT_FALSE(may_matter({{kSource, "#define X \\\n  1\n"}}));
}

TEST(RootMentions, SeeThePathItself) {
  EXPECT_TRUE(may_matter({{kSource, "char s[] = \"/a/one/data\";"}}));
  EXPECT_TRUE(may_matter({{kOutside, "// generated in /a/one\n"}}, true));
}

TEST(RootMentions, AreUncertainOfANeighbourWhoseNameBeginsAlike) {
  EXPECT_TRUE(may_matter({{"/a/one-more/x.h", ""}}));
}

TEST(RootMentions, TakeMappedFileNamesForHarmless) {
  EXPECT_FALSE(may_matter({{kSource, "char s[sizeof(__FILE__)];"}}, true));
  EXPECT_FALSE(may_matter({{kOutside, "#define M __FILE__\n"}, {kSource, "M;"}}, true));
}

TEST(RootMentions, FearCallersNamesWhereverTheyAreAskedFor) {
  EXPECT_TRUE(may_matter({{kOutside, "void f(const char* = __builtin_FILE());"}}, true));
  EXPECT_TRUE(may_matter({{kOutside, "void f(std::source_location);"}}));
  EXPECT_TRUE(may_matter({{kOutside, "void f(const char* = __builtin_source_location());"}}, true));
}

TEST(RootMentions, DoNotFearALibraryThatAsksForCallersNames) {
  EXPECT_FALSE(may_matter({{kOutside,
                            "#if __has_builtin(__builtin_source_location)\n"
                            "#define __cpp_lib_source_location 201907L\n#endif\n"}}));
}

}  // namespace
}  // namespace larder::compile
