#include "compile/option_table.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace larder::compile {
namespace {

struct Row {
  const char* argument;
  const char* name;  // empty: no option
  const char* value;
  bool takes_next = false;
};

void expect_rows(CompilerKind kind, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const auto match = match_option(kind, row.argument);
    ASSERT_EQ(match.has_value(), row.name[0] != '\0') << row.argument;
    if (!match) continue;
    EXPECT_EQ(match->option->name, row.name);
    EXPECT_EQ(match->value, row.value) << row.argument;
    EXPECT_EQ(match->takes_next, row.takes_next) << row.argument;
  }
}

TEST(OptionTable, ReadsEachFormOfAnOption) {
  expect_rows(CompilerKind::gcc, {{"-c", "-c", ""},
                                  {"-I", "-I", "", true},
                                  {"-Idir", "-I", "dir"},
                                  {"-std=c11", "-std=", "c11"},
                                  {"-Xlinker", "-Xlinker", "", true},
                                  {"--sysroot", "--sysroot", "", true},
                                  {"--sysroot=x", "--sysroot=", "x"}});
}

TEST(OptionTable, PrefersTheLongestName) {
  expect_rows(CompilerKind::gcc, {{"-isystemx", "-isystem", "x"},
                                  {"-includex", "-include", "x"},
                                  {"-MMD", "-MMD", ""},
                                  {"-MTx", "-MT", "x"},
                                  {"-Wa,x", "-Wa,", "x"},
                                  {"-Wall", "-W", "all"},
                                  {"-gdwarf-4", "-gdwarf-4", ""},
                                  {"-gdwarf-99", "-g", "dwarf-99"},
                                  {"-fdebug-prefix-map=a=b", "-fdebug-prefix-map=", "a=b"},
                                  {"-fdebug-prefix-map", "-f", "debug-prefix-map"},
                                  {"-O", "-O", ""},
                                  {"-O2", "-O", "2"}});
}

TEST(OptionTable, KnowsNothingOfOtherOptions) {
  expect_rows(CompilerKind::gcc, {{"-cc", "", ""},
                                  {"-new", "", ""},
                                  {"--new", "", ""},
                                  {"-", "", ""},
                                  {"", "", ""},
                                  {"-f", "", ""},
                                  {"-std=", "", ""}});
}

TEST(OptionTable, KeepsTheDriversApart) {
  expect_rows(CompilerKind::gcc,
              {{"-target", "", ""}, {"-Xclang", "", ""}, {"-mllvm", "-m", "llvm"}});
  expect_rows(CompilerKind::clang, {{"-target", "-target", "", true},
                                    {"-Xclang", "-Xclang", "", true},
                                    {"-mllvm", "-mllvm", "", true}});
}

TEST(OptionTable, FindsEveryOptionByItsOwnName) {
  for (const Option& option : option_table()) {
    for (const auto kind : {CompilerKind::gcc, CompilerKind::clang}) {
      if (!option.is_of(kind)) continue;
      const bool is_joined_only = option.forms == static_cast<std::uint8_t>(OptionForm::joined);
      const auto match = match_option(kind, std::string(option.name) + (is_joined_only ? "~" : ""));
      ASSERT_TRUE(match) << option.name;
      EXPECT_EQ(match->option->name, option.name);
    }
  }
}

TEST(OptionTable, HoldsNoOptionTwiceForOneDriverAndForm) {
  const auto table = option_table();
  for (std::size_t i = 1; i < table.size(); ++i) {
    if (table[i].name != table[i - 1].name) continue;
    const bool is_distinct =
        (table[i].kinds & table[i - 1].kinds) == 0 || (table[i].forms & table[i - 1].forms) == 0;
    EXPECT_TRUE(is_distinct) << table[i].name;
  }
}

}  // namespace
}  // namespace larder::compile
