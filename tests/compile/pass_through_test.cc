#include "compile/pass_through.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "describe_arguments.h"

namespace larder::compile {
namespace {

/// Expects each of the commands to pass through for this reason.
void expect_reason(std::string_view reason, const std::vector<const char*>& commands) {
  for (const auto* command : commands) {
    const auto parsed = parse_command(command);
    const auto* pass = std::get_if<PassThrough>(&parsed);
    ASSERT_NE(pass, nullptr) << command;
    EXPECT_EQ(to_string(pass->reason), reason) << command;
  }
}

TEST(PassThrough, IsALinkWithoutCompileOption) {
  expect_reason("link", {"gcc a.c", "gcc a.o b.o -o prog", "gcc -e main a.o", "gcc", "gcc @missing",
                         "g++ -shared -Wl,-soname,x a.o", "gcc -flto -o prog a.c b.c -lm"});
}

TEST(PassThrough, NamesOtherModes) {
  expect_reason("preprocess_only", {"gcc -E a.c", "gcc -c -E a.c", "clang -E -MD a.c"});
  expect_reason("dependencies_only", {"gcc -M a.c", "gcc -MM a.c", "gcc -c a.c -MD -MG"});
  expect_reason("syntax_only", {"gcc -fsyntax-only a.c", "clang --analyze a.c"});
  expect_reason("information",
                {"gcc --version", "gcc -v", "gcc -dumpversion", "gcc -print-file-name=x",
                 "gcc --help=separate", "gcc -### -c a.c", "clang --print-targets"});
}

TEST(PassThrough, NeedsExactlyOneSource) {
  expect_reason("no_input", {"gcc -c", "gcc -c -o a.c"});
  expect_reason("several_inputs",
                {"gcc -c a.c b.c", "gcc -c a.c b.o", "clang -c a.c -framework X"});
  expect_reason("standard_input", {"gcc -c -x c -", "clang -xc - -c"});
}

TEST(PassThrough, WritesNothingToOpenDescriptors) {
  expect_reason("standard_output",
                {"gcc -c a.c -o -", "gcc -S a.c -o /dev/stdout", "gcc -c a.c -o /dev/fd/3",
                 "gcc -c a.c -o /proc/self/fd/1", "gcc -c a.c -MD -MF /dev/stdout"});
}

TEST(PassThrough, KnowsOtherLanguages) {
  expect_reason(
      "unsupported_language",
      {"gcc -c a.m", "gcc -c a.f90", "gcc -c a", "gcc -c a.o", "gcc -c a.CC", "clang -c a.sx",
       "gcc -c -x objective-c a.m", "gcc -c -x f77 a.f", "clang -c a.ll"});
  expect_reason(
      "precompiled_header",
      {"gcc -c a.h", "g++ a.hpp -c", "gcc -c -x c-header a.c", "clang -c -x c++-header a.h",
       "clang -c a.c -include-pch a.pch", "gcc -c a.c -fpch-preprocess"});
  expect_reason(
      "modules",
      {"g++ -c a.cc -fmodules-ts", "clang -c a.c -fmodules", "clang++ -c a.cppm",
       "clang -c a.cc -fmodule-map-file=x", "clang -c a.c -fmodule-file=x=y",
       "g++ -c a.cc -fmodule-mapper=x", "g++ -c -x c++-system-header a.h",
       "clang -c a.c -ivfsoverlay x", "clang++ --precompile a.cc -c", "clang -c a.c -gmodules",
       "clang -c a.c -fmodules-cache-path=x", "g++ -c a.cc -fdeps-format=p1689r5"});
  expect_reason("offload", {"clang -c -x cuda a.cu", "clang -c a.c --offload-arch=x",
                            "clang -c a.c -fopenmp-targets=x"});
  expect_reason("several_architectures",
                {"clang -c a.c -arch x -arch y", "clang -c a.c -Xarch_x -y"});
}

TEST(PassThrough, KeepsOffCodeAndOptionsFromElsewhere) {
  expect_reason("plugin",
                {"gcc -c a.c -fplugin=x.so", "gcc -c a.c -fplugin-arg-x-y",
                 "clang -c a.c -Xclang -load -Xclang x.so", "clang -c a.c -fpass-plugin=x"});
  expect_reason("specs", {"gcc -c a.c -specs=x", "gcc -c a.c -specs x", "gcc --specs=x -c a.c"});
  expect_reason("config_file", {"clang -c a.c --config x", "clang -c a.c --config=x"});
  expect_reason("wrapper", {"gcc -c a.c -wrapper gdb,--args"});
  expect_reason("compiler_internal",
                {"clang -c a.c -Xclang -ast-dump", "clang -c a.c -mllvm -stats",
                 "clang -c a.c -mllvm -info-output-file=1", "clang -c a.c -mllvm -x=y"});
  expect_reason("assembler_option",
                {"gcc -c a.c -Wa,-a=list", "gcc -c a.c -Wa,-adhln", "gcc -c a.s -Wa,-I,inc",
                 "gcc -c a.s -Wa,--MD,x.d", "gcc -c a.s -Xassembler -o", "gcc -c a.s -Wa,@x",
                 "gcc -c a.s -Wa,--noexecstack,-a"});
  expect_reason("preprocessor_option", {"gcc -c a.c -Wp,-P", "gcc -c a.c -Wp,-include,x",
                                        "gcc -c a.c -Xpreprocessor -MD", "gcc -c a.c -Wp,-D,X"});
}

TEST(PassThrough, KeepsOffFurtherOutputsAndInputs) {
  expect_reason("intermediate_files",
                {"gcc -c a.c -save-temps", "gcc -c a.c -save-temps=obj",
                 "gcc -c a.c -no-integrated-cpp", "clang -c a.c --save-temps"});
  expect_reason("dump", {"gcc -c a.c -fdump-tree-all", "gcc -c a.c -da", "gcc -c a.c -dumpbase x",
                         "gcc -c a.c -dD", "gcc -c a.c -fcompare-debug"});
  expect_reason("extra_output",
                {"gcc -c a.c -H", "clang -c a.c -MJ x", "gcc -c a.c -aux-info x",
                 "clang -c a.c --serialize-diagnostics x", "gcc -c a.c -fsave-optimization-record",
                 "gcc -c a.c -fopt-info-vec=x", "gcc -c a.c -fdiagnostics-format=sarif-file",
                 "clang -c a.c -foptimization-record-file=x"});
  expect_reason("profile_use", {"gcc -c a.c -fprofile-use", "gcc -c a.c -fprofile-use=x",
                                "clang -c a.c -fprofile-instr-use=x", "gcc -c a.c -fauto-profile",
                                "gcc -c a.c -fbranch-probabilities"});
  expect_reason("unstable_output", {"gcc -c a.c -ftime-report", "clang -c a.c -ftime-trace",
                                    "gcc -c a.c -Q", "gcc -c a.c -time=x"});
  expect_reason("records_command_line",
                {"clang -c a.c -grecord-command-line", "clang -c a.c -fembed-bitcode"});
  expect_reason("include_search", {"gcc -c a.c -I-", "gcc -c a.c -I -", "gcc -c a.c -I=x",
                                   "gcc -c a.c -isystem $SYSROOT/x", "clang -c a.c -F x",
                                   "clang -c a.c -iframework x", "gcc -c a.c -iwithprefix x",
                                   "gcc -c a.c --embed-dir=x"});
}

TEST(PassThrough, NeverGuesses) {
  expect_reason("unknown_option",
                {"gcc -c a.c -new", "gcc -c a.c --new-option", "gcc -c a.c -fnew-output=x",
                 "gcc -c a.c -fnew-thing=/x/y", "gcc -c a.c -mnew=a.txt", "clang -c a.c --",
                 "gcc -c a.c -fnew-dump", "gcc -c a.c -Wnew=@x", "gcc -c a.c -T x",
                 "gcc -c a.c -Xclang x", "gcc -c a.c -e main", "clang -c a.c -fnew-report"});
  expect_reason("missing_argument", {"gcc -c a.c -o", "gcc -c a.c -I", "gcc -c a.c -MD -MF",
                                     "gcc -c a.c -include", "clang -c a.c -Xclang"});
  expect_reason("unsupported_option",
                {"gcc -c a.c -o x -o y", "gcc -S a.S", "gcc -S a.s -o x", "gcc -c .c",
                 "gcc -c a.c -traditional-cpp", "gcc -c a.c -finput-charset=UTF-16",
                 "gcc -c a.c --coverage -fno-test-coverage", "gcc -c a.c -fprofile-dir=x",
                 "gcc -c a.c -MD -MF a.o", "clang -c a.c -working-directory x",
                 "clang -c a.c -emit-llvm", "clang -c a.c --driver-mode=cl"});
}

TEST(PassThrough, TakesAnEmptyNameForNoName) {
  for (const auto* option : {"-o", "-MF"}) {
    const std::vector<std::string> arguments{"-c", "a.c", "-MD", option, ""};
    const auto parsed = parse_arguments(CompilerKind::gcc, arguments, {});
    EXPECT_EQ(std::get<PassThrough>(parsed).reason, PassThroughReason::missing_argument) << option;
  }
}

TEST(PassThrough, MindsTheEnvironment) {
  const char* const variables[] = {"HOME=/x", "SUNPRO_DEPENDENCIES=x y", nullptr};
  ParseEnvironment environment;
  environment.variables = variables;

  const auto parsed = parse_arguments(CompilerKind::gcc, words("-c a.c"), environment);

  const auto& pass = std::get<PassThrough>(parsed);
  EXPECT_EQ(pass.reason, PassThroughReason::environment);
  EXPECT_EQ(pass.detail, "SUNPRO_DEPENDENCIES");
}

TEST(PassThrough, HasADistinctNameForEachReason) {
  std::set<std::string_view> names;

  for (std::size_t i = 0; i < kPassThroughReasons; ++i) {
    names.insert(to_string(static_cast<PassThroughReason>(i)));
  }

  EXPECT_EQ(names.size(), kPassThroughReasons);
}

}  // namespace
}  // namespace larder::compile
