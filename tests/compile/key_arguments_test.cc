#include <gtest/gtest.h>

#include <vector>

#include "describe_arguments.h"

namespace larder::compile {
namespace {

struct Row {
  const char* command;
  const char* key;
};

void expect_rows(const std::vector<Row>& rows) {
  for (const Row& row : rows) EXPECT_EQ(describe_key(row.command), row.key) << row.command;
}

TEST(KeyArguments, LeaveOutWhatDoesNotReachTheOutput) {
  expect_rows({
      {"gcc -c a.c", ""},
      {"gcc -c a.c -o x/y.o -MD -MP -MF q -MT t -MQ u", ""},
      {"gcc -x c -S a.c -Wp,-MD,q", ""},
      {"gcc -c a.c -fdiagnostics-color=always", ""},
      {"gcc -c a.c -fdiagnostics-color -fno-diagnostics-color", ""},
      {"clang -c a.c -fcolor-diagnostics", ""},
  });
}

TEST(KeyArguments, KeepOptionsInOrderAndSpelling) {
  expect_rows({
      {"gcc -O2 -c a.c -Wall -fPIC -m64", "-O2 -Wall -fPIC -m64"},
      {"gcc -c a.c -Wall -O2", "-Wall -O2"},
      {"gcc -std=gnu17 --param x=1 --param=y=2 -c a.c", "-std=gnu17 --param|x=1 --param=y=2"},
      {"gcc -c a.c -pthread -pipe -static -w", "-pthread -pipe -static -w"},
      {"gcc -c a.c -fnew-thing -mnew-thing=3 -Wnew -Onew", "-fnew-thing -mnew-thing=3 -Wnew -Onew"},
      {"gcc -c a.c -g3 -gz=zlib -gsplit-dwarf", "-g3 -gz=zlib -gsplit-dwarf"},
      {"gcc -c a.c -flto=2 --coverage -fstack-usage", "-flto=2 --coverage -fstack-usage"},
      {"gcc -c a.c -fdiagnostics-plain-output", "-fdiagnostics-plain-output"},
      {"gcc -c a.c -fdiagnostics-format=json", "-fdiagnostics-format=json"},
      {"gcc -c a.c -lm -L/x -L /y -Wl,-x,-y -Xlinker z", "-l|m -L|/x -L|/y -Wl,-x,-y -Xlinker|z"},
      {"gcc -c a.c -Wa,--noexecstack,-mx=1", "-Wa,--noexecstack,-mx=1"},
      {"gcc -c a.c -Xassembler --32", "-Xassembler|--32"},
      {"gcc -c a.c -Wp,-D_FORTIFY_SOURCE=2", "-Wp,-D_FORTIFY_SOURCE=2"},
      {"gcc -c a.c -Xpreprocessor -DX", "-Xpreprocessor|-DX"},
      {"clang -c a.c -mllvm -inline-threshold=5", "-mllvm|-inline-threshold=5"},
      {"clang -c a.c -Xclang -target-feature -Xclang +x", "-Xclang|-target-feature -Xclang|+x"},
      {"clang -c a.c -target arm --target=x", "-target|arm --target=x"},
      {"clang -c a.c -Rpass=inline", "-Rpass=inline"},
      {"clang -c a.c -MD -MMD", "-MD"},
  });
}

TEST(KeyArguments, AreAlikeWhereOnlyTheSpacingDiffers) {
  expect_rows({
      {"gcc -c a.c -Idir", "-I|dir"},
      {"gcc -c a.c -I dir", "-I|dir"},
      {"gcc -c a.c -DX=1 -D Y", "-D|X=1 -D|Y"},
      {"gcc -c a.c -UX -U Y", "-U|X -U|Y"},
      {"gcc -c a.c -isystemdir -isystem dir", "-isystem|dir -isystem|dir"},
      {"gcc -c a.c -iquote q -idirafter d", "-iquote|q -idirafter|d"},
      {"gcc -c a.c -include x.h -includey.h", "-include|x.h -include|y.h"},
      {"gcc -c a.c -imacros x.h", "-imacros|x.h"},
      {"gcc -c a.c -B/x -B /y", "-B|/x -B|/y"},
      {"gcc -c a.c --sysroot=/x -isysroot /y", "--sysroot=|/x -isysroot|/y"},
      {"gcc -c a.c -A x", "-A|x"},
      {"gcc -c a.c -iprefix p/ -iwithprefix q", "-iprefix|p/ -iwithprefix|q"},
  });
}

TEST(KeyArguments, DifferWhereTheMeaningMay) {
  const std::vector<std::pair<const char*, const char*>> pairs{
      {"gcc -c a.c -B -L -DFOO", "gcc -c a.c -B -L -DFOOD"},
      {"gcc -c a.c -DX -UX", "gcc -c a.c -UX -DX"},
      {"gcc -c a.c -I x", "gcc -c a.c -isystem x"},
      {"gcc -c a.c -I x -I y", "gcc -c a.c -I y -I x"},
      {"gcc -c a.c -D X -D Y", "gcc -c a.c -D XDY"},
      {"gcc -c a.c -D -I -D x", "gcc -c a.c -D -Ix"},
      {"gcc -c a.c -include x -include y", "gcc -c a.c -include x-includey"},
      {"gcc -c a.c -O2 -O3", "gcc -c a.c -O3 -O2"},
      {"gcc -c a.c -fdebug-prefix-map=a=b", "gcc -c a.c -fmacro-prefix-map=a=b"},
      {"gcc -c a.c -Xlinker -O2", "gcc -c a.c -Xlinker x -O2"},
  };
  for (const auto& [one, other] : pairs) EXPECT_NE(describe_key(one), describe_key(other)) << one;
}

TEST(KeyArguments, TellPathsFromText) {
  const auto parsed = parse_command(
      "clang -c a.c -Ii -DX=/d -fdebug-prefix-map=/a=/b --sysroot=/s -fdebug-compilation-dir=/c");

  const std::vector<KeyArgument> expected{
      {"-I", "i", KeyArgument::Value::path},
      {"-D", "X=/d", KeyArgument::Value::text},
      {"-fdebug-prefix-map=", "/a=/b", KeyArgument::Value::prefix_map},
      {"--sysroot=", "/s", KeyArgument::Value::path},
      {"-fdebug-compilation-dir=/c", "", KeyArgument::Value::none},
  };
  EXPECT_EQ(std::get<Invocation>(parsed).key_arguments, expected);
}

TEST(PreprocessorView, ListsDirectoriesAndForcedFilesInOrder) {
  using Chain = SearchDirectory::Chain;

  const auto parsed = parse_command(
      "gcc -c a.c -I a -isystem b -iquote c -idirafter d -iprefix /p/ -iwithprefix e "
      "-iwithprefixbefore f -include g.h -imacros h.h -include i.h");

  const auto& view = std::get<Invocation>(parsed).preprocessor;
  const std::vector<SearchDirectory> directories{{Chain::plain, "a"},     {Chain::system, "b"},
                                                 {Chain::quote, "c"},     {Chain::after, "d"},
                                                 {Chain::system, "/p/e"}, {Chain::plain, "/p/f"}};
  const std::vector<ForcedInclude> forced{{ForcedInclude::Kind::include, "g.h"},
                                          {ForcedInclude::Kind::macros, "h.h"},
                                          {ForcedInclude::Kind::include, "i.h"}};
  EXPECT_EQ(view.directories, directories);
  EXPECT_EQ(view.forced_includes, forced);
  EXPECT_TRUE(view.has_standard_directories && view.has_standard_cpp_directories);
}

TEST(PreprocessorView, PutsPrefixedDirectoriesLastForClang) {
  const auto parsed = parse_command("clang -c a.c -iprefix /p/ -iwithprefix e");

  const std::vector<SearchDirectory> directories{{SearchDirectory::Chain::after, "/p/e"}};
  EXPECT_EQ(std::get<Invocation>(parsed).preprocessor.directories, directories);
}

TEST(PreprocessorView, GathersWhatDecidesTheBuiltInPath) {
  const auto parsed = parse_command(
      "clang -c a.c -O2 -m32 -DX -std=c11 -target arm --sysroot=/s -isysroot /t -B /b -nostdinc "
      "-nostdinc++ -stdlib=libc++ -mcpu=x -Ii -Wall");

  const auto& view = std::get<Invocation>(parsed).preprocessor;
  EXPECT_EQ(view.search_arguments,
            words("-m32 -std=c11 -target arm --sysroot=/s -isysroot /t -B /b -nostdinc "
                  "-nostdinc++ -stdlib=libc++ -mcpu=x"));
  EXPECT_FALSE(view.has_standard_directories || view.has_standard_cpp_directories);
}

Diagnostics diagnostics_of(const char* command) {
  const auto parsed = parse_command(command);
  return std::get<Invocation>(parsed).diagnostics;
}

TEST(Diagnostics, FollowTheLastOptionOnColour) {
  using Colour = Diagnostics::Colour;

  EXPECT_EQ(diagnostics_of("gcc -c a.c").colour, Colour::unspecified);
  EXPECT_EQ(diagnostics_of("gcc -c a.c -fdiagnostics-color").colour, Colour::always);
  EXPECT_EQ(diagnostics_of("gcc -c a.c -fdiagnostics-color=auto").colour, Colour::automatic);
  EXPECT_EQ(diagnostics_of("gcc -c a.c -fno-diagnostics-color").colour, Colour::never);
  EXPECT_EQ(diagnostics_of("clang -c a.c -fcolor-diagnostics").colour, Colour::always);
  EXPECT_EQ(diagnostics_of("gcc -c a.c -fdiagnostics-plain-output").colour, Colour::never);
  EXPECT_EQ(
      diagnostics_of("gcc -c a.c -fdiagnostics-color=never -fdiagnostics-color=always").colour,
      Colour::always);
}

TEST(Diagnostics, TellWhetherTheyAreForMachines) {
  EXPECT_TRUE(diagnostics_of("gcc -c a.c -fdiagnostics-format=json").is_machine_readable);
  EXPECT_FALSE(diagnostics_of("gcc -c a.c -fdiagnostics-format=text").is_machine_readable);
  EXPECT_FALSE(diagnostics_of("gcc -c a.c").is_machine_readable);
}

}  // namespace
}  // namespace larder::compile
