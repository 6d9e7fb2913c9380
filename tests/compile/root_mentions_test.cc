#include "compile/root_mentions.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <utility>

namespace larder::compile {
namespace {

constexpr const char* kSource = "/a/one/x.c";
constexpr const char* kOutside = "/usr/include/o.h";

void see_file(RootMentions& mentions, std::string_view path, std::string_view text) {
  mentions.see(
      path,
      decode_mentions(encode_mentions(mentions.find(mentions.is_inside(path), text))).value());
}

bool may_matter(std::initializer_list<std::pair<const char*, const char*>> files,
                bool maps_macros = false) {
  const ProjectRoot root("/a/one");
  RootMentions mentions(root, maps_macros);
  for (const auto& [path, text] : files) see_file(mentions, path, text);
  return mentions.may_matter();
}

TEST(RootMentions, SeeAFileNameThatAProjectsFileAsksFor) {
  EXPECT_TRUE(may_matter({{kSource, "char s[sizeof(__FILE__)];"}}));
  EXPECT_TRUE(may_matter({{kSource, "char s[sizeof(__BASE_FILE__)];"}}));
  EXPECT_FALSE(may_matter({{kSource, "char s[sizeof(__FILE__x)]; int FILE, __LINE__;"}}));
}

TEST(RootMentions, SeeNothingInAnEmptyFile) {
  const ProjectRoot root("/a/one");
  RootMentions mentions(root, false);
  see_file(mentions, kSource, std::string_view());
  see_file(mentions, kOutside, std::string_view());

  EXPECT_FALSE(mentions.may_matter());
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

TEST(RootMentions, SeeTheMeaningBehindACommentOverLines) {
  EXPECT_TRUE(may_matter({{kOutside, "#define M /* \n\n */ __FILE__\n"}, {kSource, "M;"}}));
  EXPECT_TRUE(
      may_matter({{kOutside, "#define P \"/*\"\n#define M __FILE__ /* */\n"}, {kSource, "M;"}}));
}

TEST(RootMentions, SeeWhatTheCommandLineDefines) {
  const ProjectRoot root("/a/one");
  RootMentions mentions(root, false);
  see_file(mentions, kOutside, "#define WHERE __FILE__\n");
  mentions.see_argument("-DHERE=WHERE");

  EXPECT_TRUE(mentions.may_matter());
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
