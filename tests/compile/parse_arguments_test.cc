#include "compile/parse_arguments.h"

#include <gtest/gtest.h>

#include <vector>

#include "describe_arguments.h"

namespace larder::compile {
namespace {

struct Row {
  const char* command;
  const char* description;
};

void expect_rows(const std::vector<Row>& rows) {
  for (const Row& row : rows) EXPECT_EQ(describe(row.command), row.description) << row.command;
}

TEST(ParseArguments, TellsInputLanguageAndOutput) {
  expect_rows({
      {"gcc -c a.c", "a.c c object a.o"},
      {"gcc -c src/a.b.c", "src/a.b.c c object a.b.o"},
      {"gcc -S a.c", "a.c c assembly a.s"},
      {"gcc -c -S a.c", "a.c c assembly a.s"},
      {"gcc -S -c a.c", "a.c c assembly a.s"},
      {"gcc --compile a.c", "a.c c object a.o"},
      {"gcc --assemble a.c", "a.c c assembly a.s"},
      {"gcc -c a.c -o b.o", "a.c c object b.o"},
      {"gcc -c a.c -ob.o", "a.c c object b.o"},
      {"gcc -c a.c --output b.o", "a.c c object b.o"},
      {"gcc -c a.c --output=b.o", "a.c c object b.o"},
      {"gcc -o b.o -c a.c", "a.c c object b.o"},
      {"gcc -c a.c -o /dev/null", "a.c c object /dev/null"},
      {"gcc -o -c a.c -c", "a.c c object -c"},
      {"clang -c /x/a.c", "/x/a.c c object a.o"},
      {"gcc -c a.CPP", "a.CPP c++ object a.o"},
      {"gcc -c a.S", "a.S assembler-with-cpp object a.o"},
      {"gcc -c a.sx", "a.sx assembler-with-cpp object a.o"},
      {"gcc -c a.s", "a.s assembler object a.o"},
      {"gcc -c a.i", "a.i cpp-output object a.o"},
      {"gcc -c a.ii", "a.ii c++-cpp-output object a.o"},
      {"gcc -c a.cc", "a.cc c++ object a.o"},
      {"gcc -c a.cxx", "a.cxx c++ object a.o"},
      {"gcc -c a.C", "a.C c++ object a.o"},
      {"clang -c a.C++", "a.C++ c++ object a.o"},
      {"clang -c a.CC", "a.CC c++ object a.o"},
  });
}

TEST(ParseArguments, CompilesCAsCppForCppDrivers) {
  expect_rows({
      {"g++ -c a.c", "a.c c++ object a.o"},
      {"clang++ -c a.c", "a.c c++ object a.o"},
      {"x86_64-linux-gnu-g++-12 -c a.c", "a.c c++ object a.o"},
      {"g++ -c a.i", "a.i c++-cpp-output object a.o"},
      {"g++ -c a.S", "a.S assembler-with-cpp object a.o"},
      {"g++ -c -x c a.c", "a.c c object a.o"},
      {"g++ -c -x c -x none a.c", "a.c c++ object a.o"},
  });
}

TEST(ParseArguments, HonoursTheLanguageBeforeTheInput) {
  expect_rows({
      {"gcc -c -x c++ a.c", "a.c c++ object a.o"},
      {"gcc -c -xc++ a.c", "a.c c++ object a.o"},
      {"gcc -c --language=c++ a.c", "a.c c++ object a.o"},
      {"gcc -c -x c noext", "noext c object noext.o"},
      {"gcc -c -x c -x c++ a.h", "a.h c++ object a.o"},
      {"gcc -c -x assembler-with-cpp a.c", "a.c assembler-with-cpp object a.o"},
      {"gcc -c -x cpp-output a.c", "a.c cpp-output object a.o"},
      {"clang -c -x c++-cpp-output a.c", "a.c c++-cpp-output object a.o"},
      {"gcc -c -x c++ -x none a.c", "a.c c object a.o"},
      {"gcc -c a.c -x c", "pass unsupported_option -x after the input"},
      {"gcc -c -x c++ a.c -x none", "pass unsupported_option -x after the input"},
  });
}

TEST(ParseArguments, TellsTheDepfile) {
  expect_rows({
      {"gcc -c a.c -MD", "a.c c object a.o; MD a.d: a.o"},
      {"gcc -c s/a.c -MMD", "s/a.c c object a.o; MMD a.d: a.o"},
      {"gcc -c a.c -MD -o x/y.o", "a.c c object x/y.o; MD x/y.d: x/y.o"},
      {"gcc -c a.c -MD -o x.d/y", "a.c c object x.d/y; MD x.d/y.d: x.d/y"},
      {"gcc -S a.c -MD", "a.c c assembly a.s; MD a.d: a.o"},
      {"gcc -c a.c -MD -MF q", "a.c c object a.o; MD q: a.o"},
      {"gcc -c a.c -MD -MFq -MFr", "a.c c object a.o; MD r: a.o"},
      {"gcc -c a.c -MD -MP", "a.c c object a.o; MD a.d: a.o; MP"},
      {"gcc -c a.c -MD -MT x -MTy", "a.c c object a.o; MD a.d: x y"},
      {"gcc -c a.c -MD -MQ $x", "a.c c object a.o; MD a.d: $$x"},
      {"gcc -c a.c -MD -MT $x", "a.c c object a.o; MD a.d: $x"},
      {"gcc -c a.c -MD -MQ a -MT b", "a.c c object a.o; MD a.d: b a"},
      {"clang -c a.c -MD -MQ a -MT b", "a.c c object a.o; MD a.d: a b"},
      {"gcc -c a.c -MD -MMD", "a.c c object a.o; MMD a.d: a.o"},
      {"gcc -c a.c -MD -MF /dev/null", "a.c c object a.o; MD /dev/null: a.o"},
      {"gcc -c a.i -MD", "a.i cpp-output object a.o"},
      {"gcc -c a.s -MMD -MF q", "a.s assembler object a.o"},
      {"clang -c a.i -MD", "pass unsupported_option -MD"},
      {"gcc -c a.c -MD -MQ a:b", "pass unsupported_option a:b"},
      {"gcc -c a.c -MD -MT a:b", "a.c c object a.o; MD a.d: a:b"},
      {"clang -c a.c -MD -MQ a:b", "a.c c object a.o; MD a.d: a:b"},
      {"gcc -c a.c -MD -o .a", "pass unsupported_option -MD"},
      {"gcc -c a.c -MD -o /dev/null", "pass unsupported_option -MD"},
      {"gcc -c a.c -MF q", "pass unsupported_option -MF, -MT, -MQ or -MP without -MD"},
      {"gcc -c a.c -MD -MF -", "pass standard_output -"},
  });
}

TEST(ParseArguments, TellsTheDepfileOfThePreprocessor) {
  expect_rows({
      {"gcc -c s/a.c -Wp,-MD,q -o x/y.o", "s/a.c c object x/y.o; MD q: a.o"},
      {"clang -c s/a.c -Wp,-MD,q -o x/y.o", "s/a.c c object x/y.o; MD q: x/y.o"},
      {"gcc -c a.c -Wp,-MMD,q -MT x -MP", "a.c c object a.o; MMD q: x; MP"},
      {"gcc -c a.c -Wp,-MD,q,-MT,x,-MP", "a.c c object a.o; MD q: x; MP"},
      {"gcc -c a.c -Wp,-MD,q -Wp,-MQ,$x", "a.c c object a.o; MD q: $$x"},
      {"clang -c a.c -Wp,-MD,q,-MP", "pass preprocessor_option -Wp,-MD,q,-MP"},
      {"clang -c a.c -Wp,-MD,q -Wp,-MT,x", "pass preprocessor_option -Wp,-MT,x"},
      {"gcc -c a.c -Wp,-MD -Wp,q", "pass preprocessor_option -Wp,-MD"},
      {"gcc -c a.c -Wp,-MD,q -Wp,-MD,r", "pass preprocessor_option -Wp,-MD,r"},
      {"gcc -c a.c -Wp,-MD,q,-P", "pass preprocessor_option -Wp,-MD,q,-P"},
      {"gcc -c a.c -Wp,-MD,q -MD", "pass unsupported_option -Wp,-MD beside -MD or -MF"},
      {"gcc -c a.c -Wp,-MD,q -MF r", "pass unsupported_option -Wp,-MD beside -MD or -MF"},
      {"gcc -c a.c -MD -Wp,-MT,x", "pass unsupported_option -Wp,-MT beside -MT"},
      {"gcc -c a.c -Wp,-MD,q -Wp,-MT,x -MT y", "pass unsupported_option -Wp,-MT beside -MT"},
      {"gcc -c a.c -Wp,-MD,q,-MT,x,-MQ,y", "pass unsupported_option -Wp,-MT beside -Wp,-MQ"},
      {"gcc -c a.i -Wp,-MD,q", "pass unsupported_option -MD,q"},
  });
}

TEST(ParseArguments, TellsWhatDebugInformationHolds) {
  expect_rows({
      {"gcc -c a.c -g", "a.c c object a.o; cwd; debug"},
      {"gcc -c a.c -g -g0", "a.c c object a.o"},
      {"gcc -c a.c -g0 -g3", "a.c c object a.o; cwd; debug"},
      {"gcc -c a.c -g0 -gdwarf-4", "a.c c object a.o; cwd; debug"},
      {"gcc -c a.c -ggdb3 -ggdb0", "a.c c object a.o"},
      {"clang -c a.c -gline-tables-only", "a.c c object a.o; cwd; debug"},
      {"gcc -c a.c -gnew-kind", "a.c c object a.o; cwd; debug"},
      {"gcc -c a.c -gz -gno-column-info", "a.c c object a.o"},
      {"gcc -c a.s -Wa,-g", "a.s assembler object a.o; cwd; debug"},
      {"gcc -c a.s -Xassembler --gdwarf-5", "a.s assembler object a.o; cwd; debug"},
      {"gcc -c a.c -g -gsplit-dwarf", "a.c c object a.o; +dwo a.dwo; cwd; path; debug"},
      {"gcc -c a.c -gsplit-dwarf -o x/y.z.o",
       "a.c c object x/y.z.o; +dwo x/y.z.dwo; cwd; path; debug"},
      {"gcc -S a.c -g -gsplit-dwarf", "a.c c assembly a.s; cwd; path; debug"},
      {"gcc -c a.c -gsplit-dwarf -gno-split-dwarf", "a.c c object a.o"},
      {"clang -c a.c -gsplit-dwarf -g", "a.c c object a.o; +dwo a.dwo; cwd; path; debug"},
      {"clang -c a.c -gsplit-dwarf", "pass unsupported_option -gsplit-dwarf"},
      {"clang -c a.c -gsplit-dwarf -g1", "pass unsupported_option -gsplit-dwarf"},
      {"clang -c a.c -gsplit-dwarf -gmlt", "pass unsupported_option -gsplit-dwarf"},
      {"clang -S a.c -gsplit-dwarf -g", "pass unsupported_option -gsplit-dwarf"},
      {"clang -c a.c -gsplit-dwarf -g -flto", "pass unsupported_option -gsplit-dwarf"},
      {"clang -c a.c -g -gsplit-dwarf=single", "pass unsupported_option -gsplit-dwarf=single"},
      {"gcc -c a.c -frecord-gcc-switches", "a.c c object a.o; cwd"},
      {"clang -c a.c -frecord-gcc-switches", "pass records_command_line -frecord-gcc-switches"},
      {"clang -c a.c -g -fdebug-compilation-dir=.", "a.c c object a.o; cwd; debug"},
  });
}

TEST(ParseArguments, TellsWhatInstrumentationWrites) {
  expect_rows({
      {"gcc -c a.c --coverage", "a.c c object a.o; +gcno a.gcno; cwd; path; unstable"},
      {"gcc -c a.c --coverage -frandom-seed=1", "a.c c object a.o; +gcno a.gcno; cwd; path"},
      {"clang -c a.c -ftest-coverage -o x/y.o", "a.c c object x/y.o; +gcno x/y.gcno; cwd; path"},
      {"gcc -c a.c -fprofile-arcs", "a.c c object a.o; cwd; path; unstable"},
      {"clang -c a.c -fprofile-instr-generate=x", "a.c c object a.o; cwd; path"},
      {"gcc -c a.S --coverage", "a.S assembler-with-cpp object a.o; cwd; path; unstable"},
      {"gcc -c a.c -fstack-usage", "a.c c object a.o; +su a.su"},
      {"gcc -c a.s -fstack-usage", "a.s assembler object a.o"},
      {"gcc -c a.c -fcallgraph-info=su", "a.c c object a.o; +ci a.ci"},
      {"gcc -c a.c -fstack-usage -o .hidden", "pass unsupported_option .hidden"},
      {"gcc -c a.c -fstack-usage -o /dev/null", "pass unsupported_option /dev/null"},
      {"gcc -c a.c -flto", "a.c c object a.o; cwd; unstable"},
      {"gcc -c a.c -flto=auto -fno-lto", "a.c c object a.o"},
      {"clang -c a.c -flto=thin", "a.c c object a.o; cwd"},
      {"gcc -c a.c -march=native", "a.c c object a.o; native"},
      {"gcc -c a.c -mtune=native", "a.c c object a.o; native"},
      {"gcc -c a.c -march=x86-64", "a.c c object a.o"},
      {"clang -c a.c -fsanitize=address", "a.c c object a.o; sanitizer"},
      {"clang -c a.c -fsanitize=cfi -fsanitize-ignorelist=l.txt",
       "a.c c object a.o; sanitizer; file l.txt"},
      {"clang -c a.c -fxray-attr-list=x", "a.c c object a.o; file x"},
      {"clang -c a.c -fbasic-block-sections=list=x", "a.c c object a.o; file x"},
      {"clang -c a.c -fbasic-block-sections=all", "a.c c object a.o"},
  });
}

std::vector<std::string_view> tools_of(std::string_view command) {
  const auto parsed = parse_command(command);
  return std::get<Invocation>(parsed).tools;
}

TEST(ParseArguments, NamesTheProgramsBehindTheDriver) {
  using Names = std::vector<std::string_view>;

  EXPECT_EQ(tools_of("gcc -c a.c"), (Names{"cc1", "as"}));
  EXPECT_EQ(tools_of("gcc -c a.cc"), (Names{"cc1plus", "as"}));
  EXPECT_EQ(tools_of("gcc -S a.i"), (Names{"cc1"}));
  EXPECT_EQ(tools_of("gcc -c a.S"), (Names{"cc1", "as"}));
  EXPECT_EQ(tools_of("gcc -c a.s"), (Names{"as"}));
  EXPECT_EQ(tools_of("gcc -c a.c -g -gsplit-dwarf"), (Names{"cc1", "as", "objcopy"}));
  EXPECT_EQ(tools_of("clang -c a.c"), Names());
  EXPECT_EQ(tools_of("clang -c a.c -fno-integrated-as"), (Names{"as"}));
  EXPECT_EQ(tools_of("clang -c a.c -fno-integrated-as -fintegrated-as"), Names());
}

TEST(ParseArguments, KnowsCppDriversByName) {
  for (const auto* name : {"g++", "/usr/bin/c++", "clang++-14", "x86_64-linux-gnu-g++-12.2"}) {
    EXPECT_TRUE(is_cpp_driver_name(name)) << name;
  }
  for (const auto* name : {"gcc", "cc", "clang-14", "g++/gcc", "c++filt", ""}) {
    EXPECT_FALSE(is_cpp_driver_name(name)) << name;
  }
}

TEST(ParseArguments, ExpandsAndListsResponseFiles) {
  ParseEnvironment environment;
  environment.read_file = [](const std::string& path) -> std::variant<std::string, FileAbsence> {
    if (path == "a.rsp") return "-c 'a b.c' @b.rsp";
    if (path == "b.rsp") return "-O2";
    return FileAbsence::missing;
  };
  const std::vector<std::string> arguments{"@a.rsp"};

  const auto parsed = parse_arguments(CompilerKind::gcc, arguments, environment);

  const auto& compile = std::get<Invocation>(parsed);
  EXPECT_EQ(compile.input, "a b.c");
  EXPECT_EQ(compile.key_arguments, std::vector<KeyArgument>{{.option = "-O2"}});
  EXPECT_EQ(compile.response_files, (std::vector<std::string>{"a.rsp", "b.rsp"}));
}

TEST(ParseArguments, CachesSourcesWithAnEmptyModuleMap) {
  ParseEnvironment environment;
  environment.read_file = [](const std::string&) { return std::string("\n"); };
  const std::vector<std::string> arguments{"-c", "a.cc", "@a.cc.o.modmap"};

  const auto parsed = parse_arguments(CompilerKind::clang, arguments, environment);

  EXPECT_TRUE(std::holds_alternative<Invocation>(parsed));
}

}  // namespace
}  // namespace larder::compile
