#include "compile/preprocessed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace larder::compile {
namespace {

using testing::ElementsAre;

TEST(LineMarkers, NameEachFileOnceAndNothingBuiltIn) {
  constexpr std::string_view kText =
      "# 0 \"a.c\"\n# 1 \"/project//\"\n# 0 \"<built-in>\"\n# 1 \"/usr/include/x.h\" 1 3 4\n"
      "int x;\n# 2 \"a.c\" 2\n#pragma once\n# include \"no.h\"\n";

  EXPECT_THAT(files_in_line_markers(kText), ElementsAre("a.c", "/usr/include/x.h"));
}

TEST(LineMarkers, UnescapeWhatTheyQuote) {
  EXPECT_THAT(files_in_line_markers("# 1 \"a\\\"b\\\\c\\303\\244.h\"\n"),
              ElementsAre("a\"b\\c\303\244.h"));
}

TEST(Preprocessed, DependsOnTextAndDiagnosticsAndNotOnTheSourceItself) {
  Description description;
  const auto key = read_preprocessed(description, "int x;", "")->key;

  description.source_digest = util::blake3(util::as_bytes("other"));

  EXPECT_EQ(read_preprocessed(description, "int x;", "")->key, key);
  EXPECT_NE(read_preprocessed(description, "int y;", "")->key, key);
  EXPECT_NE(read_preprocessed(description, "int x;", "warning")->key, key);
  description.arguments.emplace_back("-O2");
  EXPECT_NE(read_preprocessed(description, "int x;", "")->key, key);
}

TEST(Preprocessed, RefusesTextThatAsksForItsColumn) {
  EXPECT_FALSE(read_preprocessed({}, "int x = __builtin_COLUMN();", ""));
}

TEST(Preprocessed, IsOfNoUseWhereTheCompilerSeesColumns) {
  Invocation invocation;
  EXPECT_TRUE(can_use_preprocessed(invocation));

  invocation.has_debug_info = true;

  EXPECT_FALSE(can_use_preprocessed(invocation));
}

TEST(Preprocessed, KeepsCommentsWhereWarningsReadThem) {
  Invocation invocation;
  invocation.input = "a.c";
  invocation.key_arguments = {
      {.option = "-Wextra"},
      {.option = "-I", .value = "dir", .value_kind = KeyArgument::Value::path}};

  EXPECT_THAT(preprocessing_arguments(invocation),
              ElementsAre("-Wextra", "-I", "dir", "-C", "-E", "-x", "c", "a.c"));
}

}  // namespace
}  // namespace larder::compile
