#include "compile/checkout_text.h"

#include <gtest/gtest.h>

namespace larder::compile {
namespace {

constexpr const char* kFrom = "/a/one";
constexpr const char* kTo = "/elsewhere/two";

std::optional<std::string> moved(std::string_view text) {
  return diagnostics_in_checkout(text, kFrom, kTo);
}

TEST(DiagnosticsInCheckout, NamesFilesInTheOtherRoot) {
  EXPECT_EQ(moved("/a/one/x.c:1: no\nIn /a/one, from '/a/one/y.h' (/a/one/z.h)\n"),
            "/elsewhere/two/x.c:1: no\nIn /elsewhere/two, from '/elsewhere/two/y.h' "
            "(/elsewhere/two/z.h)\n");
  EXPECT_EQ(moved("\x1b[01m\x1b[K/a/one/x.c:1:\x1b[m \xe2\x80\x98/a/one\xe2\x80\x99"),
            "\x1b[01m\x1b[K/elsewhere/two/x.c:1:\x1b[m \xe2\x80\x98/elsewhere/two\xe2\x80\x99");
}

TEST(DiagnosticsInCheckout, KeepsATextThatNamesNoRoot) {
  EXPECT_EQ(moved(""), "");
  EXPECT_EQ(moved("x.c:1: warning: /a/on is not /a/other\n"),
            "x.c:1: warning: /a/on is not /a/other\n");
}

TEST(DiagnosticsInCheckout, IsUncertainWhereTheRootIsAPartOfAnotherPath) {
  EXPECT_EQ(moved("/a/one-more/x.c:1:\n"), std::nullopt);
  EXPECT_EQ(moved("/a/one.old:1:\n"), std::nullopt);
  EXPECT_EQ(moved("/b/a/one/x.c:1:\n"), std::nullopt);
  EXPECT_EQ(moved("file:///a/one/x.c\n"), std::nullopt);
  EXPECT_EQ(moved("-I/a/one/x\n"), std::nullopt);
  EXPECT_EQ(moved("/a/one/a/one\n"), std::nullopt);
  EXPECT_EQ(moved("\xc3\xa9/a/one/x.c\n"), std::nullopt);
}

TEST(DepfileInCheckout, BreaksLinesWhereGccWould) {
  const std::string one =
      "x.o: /a/one/src/some-long-name.c /a/one/include/another-long-name.h \\\n"
      " /usr/include/stdio.h\n/usr/include/stdio.h:\n";
  EXPECT_EQ(depfile_in_checkout(one, CompilerKind::gcc, kFrom, kFrom), one);
  EXPECT_EQ(depfile_in_checkout(one, CompilerKind::gcc, kFrom, kTo),
            "x.o: /elsewhere/two/src/some-long-name.c \\\n"
            " /elsewhere/two/include/another-long-name.h /usr/include/stdio.h\n"
            "/usr/include/stdio.h:\n");
}

TEST(DepfileInCheckout, BreaksLinesWhereClangWould) {
  const std::string one =
      "x.o: /a/one/src/some-long-name.c /a/one/include/another-long-name.h \\\n"
      "  /usr/include/stdio.h\n";
  EXPECT_EQ(depfile_in_checkout(one, CompilerKind::clang, kFrom, kFrom), one);
  EXPECT_EQ(depfile_in_checkout(one, CompilerKind::clang, kFrom, kTo),
            "x.o: /elsewhere/two/src/some-long-name.c \\\n"
            "  /elsewhere/two/include/another-long-name.h /usr/include/stdio.h\n");
}

TEST(DepfileInCheckout, MovesTargets) {
  EXPECT_EQ(depfile_in_checkout("/a/one/x.o y: x.c\n", CompilerKind::gcc, kFrom, kTo),
            "/elsewhere/two/x.o y: x.c\n");
}

TEST(DepfileInCheckout, IsUncertainWhereTheCompilerWouldNotHaveWrittenItSo) {
  for (const char* text : {"x.o: x.c \\\n y.h\n", "x.o: x.c", "no rule\n", "x.o:  x.c\n"}) {
    EXPECT_EQ(depfile_in_checkout(text, CompilerKind::gcc, kFrom, kFrom), std::nullopt) << text;
  }
}

TEST(DepfileInCheckout, IsUncertainWhereNamesAreQuoted) {
  for (const char* text : {"x.o: a\\ b\n", "x.o: a$$b\n", "x.o: a\\#b\n"}) {
    EXPECT_EQ(depfile_in_checkout(text, CompilerKind::gcc, kFrom, kFrom), std::nullopt) << text;
  }
}

TEST(DepfileInCheckout, IsUncertainWhereTheRootIsAPartOfAnotherName) {
  for (const char* text : {"x.o: /a/one-more/x.c\n", "x.o: x/a/one/x.c\n"}) {
    EXPECT_EQ(depfile_in_checkout(text, CompilerKind::gcc, kFrom, kTo), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace larder::compile
