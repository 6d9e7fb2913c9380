#include "compile/depfile.h"

#include "support/data.h"
#include "support/files.h"
#include "support/temp_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace larder::compile {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> parsed(std::string_view text) {
  auto list = parse_depfile(text);
  EXPECT_TRUE(list) << text;
  return list.value_or(std::vector<std::string>());
}

TEST(Depfile, ListsPrerequisitesOverContinuedLines) {
  EXPECT_THAT(parsed("t.o: t.c \\\n  a.h b.h \\\n c.h\n"), ElementsAre("t.c", "a.h", "b.h", "c.h"));
  EXPECT_THAT(parsed("t.o: t.c \\\r\n a.h\r\n"), ElementsAre("t.c", "a.h"));
  EXPECT_THAT(parsed("t.o: t.c\\\n a.h"), ElementsAre("t.c", "a.h"));
}

TEST(Depfile, LeavesOutTargetsAndPhonyRules) {
  EXPECT_THAT(parsed("a.o b.d c:x: t.c a.h\n\na.h:\nb.h :\n"), ElementsAre("t.c", "a.h"));
}

TEST(Depfile, JoinsSeveralRules) {
  EXPECT_THAT(parsed("x: a.h\nx: b.h\n"), ElementsAre("a.h", "b.h"));
}

TEST(Depfile, TakesNothingFromNothing) {
  EXPECT_THAT(parsed(""), IsEmpty());
  EXPECT_THAT(parsed("x:"), IsEmpty());
  EXPECT_THAT(parsed("\n \\\n\n"), IsEmpty());
}

TEST(Depfile, Unquotes) {
  EXPECT_THAT(parsed(R"(t: a\ b c\#d e$$f g\h i:j k\\\ l)"),
              ElementsAre("a b", "c#d", "e$f", R"(g\h)", "i:j", R"(k\ l)"));
  EXPECT_THAT(parsed(R"(t: a\\ b \\#c $x)"), ElementsAre(R"(a\)", "b", R"(\#c)", "$x"));
}

TEST(Depfile, RefusesWhatIsNoDepfile) {
  EXPECT_FALSE(parse_depfile("no target here\n"));
  EXPECT_FALSE(parse_depfile(std::string_view("a: b\0c", 6)));
}

TEST(HeaderList, ListsLinesThatNameFiles) {
  EXPECT_THAT(parse_header_list("./a b.h\n<built-in>\nsys/c.h\n\n./a b.h"),
              ElementsAre("./a b.h", "sys/c.h", "./a b.h"));
  EXPECT_THAT(parse_header_list(R"(a\\b\"c\nd.h)"), ElementsAre("a\\b\"c\nd.h"));
  EXPECT_THAT(parse_header_list(""), IsEmpty());
}

/// A source that includes a header from a directory of every one of these names.
class OddNames {
 public:
  explicit OddNames(const std::vector<std::string>& directories) {
    std::string source;
    for (const std::string& name : directories) {
      headers_.push_back(name + "/" + name + ".h");
      support::write_file(dir_.file(headers_.back()), "extern int x;\n");
      source += "#include \"" + headers_.back() + "\"\n";
    }
    support::write_file(dir_.file("t t.c"), source);
  }

  /// The source and the headers in what `command` writes to the file `list`.
  [[nodiscard]] std::string list_of(const std::string& command) const {
    EXPECT_TRUE(support::run_in(dir_.path(), command)) << command;
    return support::text_of(support::content_of(dir_.file("list")));
  }

  [[nodiscard]] std::vector<std::string> headers(const std::string& prefix) const {
    std::vector<std::string> headers;
    for (const std::string& header : headers_) headers.push_back(prefix + header);
    return headers;
  }

 private:
  support::TempDir dir_;
  std::vector<std::string> headers_;
};

// clang writes a backslash to a depfile as a slash, and a tab as it is.
const std::vector<std::string> kOddNames = {"a b", "c#d", "e$f", "k:l", "#", "$$", "m%n'o", "p  q"};
const std::vector<std::string> kOddNamesOfGcc = {"a b",  "c#d",  "e$f",  "k:l",     "#",   "$$",
                                                 "g\\h", "t\tb", "\\ i", "j\\\\ k", "\\#l"};

std::vector<std::string> with_source(std::vector<std::string> headers) {
  headers.insert(headers.begin(), "t t.c");
  return headers;
}

TEST(RealDepfile, OfGccGivesTheNamesBack) {
  const OddNames tree(kOddNamesOfGcc);

  const std::string text = tree.list_of(
      "gcc -ffreestanding -nostdinc -MD -MP -MF list -MT 'x y' -MQ 'x $ y' -c 't t.c' -o t.o");

  std::vector<std::string> expected = with_source(tree.headers(""));
  EXPECT_EQ(parsed(text), expected) << text;
}

TEST(RealDepfile, OfGccWithoutAnMOptionGivesTheNamesBack) {
  const OddNames tree(kOddNamesOfGcc);

  const std::string text =
      tree.list_of("SUNPRO_DEPENDENCIES='/dev/fd/7 x' gcc -nostdinc -c 't t.c' -o t.o 7>list");

  EXPECT_EQ(parsed(text), tree.headers("")) << text;
}

TEST(RealDepfile, OfClangGivesTheNamesBack) {
  const OddNames tree(kOddNames);

  const std::string text = tree.list_of("clang -MD -MP -MF list -MQ 'x $ y' -c 't t.c' -o t.o");

  EXPECT_EQ(parsed(text), with_source(tree.headers(""))) << text;
}

TEST(RealHeaderList, OfClangGivesTheNamesBack) {
  const OddNames tree(kOddNamesOfGcc);

  const std::string text = tree.list_of(
      "CC_PRINT_HEADERS=1 CC_PRINT_HEADERS_FILE=/dev/fd/7 clang -c 't t.c' -o t.o 7>list");

  EXPECT_EQ(parse_header_list(text), tree.headers("./")) << text;
}

}  // namespace
}  // namespace larder::compile
