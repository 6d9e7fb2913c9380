#include "cases.h"

namespace larder::e2e {
namespace {

const Files kTwoSources = {{"a.c", "int g(void);\nint main(void) { return g(); }\n"},
                           {"b.c", "int g(void) { return 3; }\n"}};

Case passed(const std::string& name, const std::string& command, const std::string& reason) {
  return {.name = "Passes" + name,
          .files = kTwoSources,
          .steps = {{.command = command, .outcome = "passed through: " + reason}}};
}

const Files kModule = {
    {"m.cc", "export module m;\nexport int g() { return 1; }\n"},
    {"a.cc", "import m;\nint f() { return g(); }\n"},
};

/// What CMake gives to the compilers of C++ sources that it has scanned for modules: clang a
/// response file for each, gcc a module mapper.
std::vector<Case> scanned_cases() {
  const std::string clang = "$CC -std=c++20 -MD -MT a.o -MF a.d @a.modmap -o a.o -c a.cc";
  return {
      {.name = "ScannedSourceImports",
       .files = kModule,
       .steps = {{.change = "echo -fmodule-file=m.pcm > a.modmap",
                  .command = "$CC -std=c++20 -x c++-module --precompile m.cc -o m.pcm && " + clang,
                  .outcome = "passed through: link passed through: modules"}},
       .compilers = {"clang++"}},
      {.name = "ScannedSourceIsModule",
       .files = kModule,
       .steps = twice("echo '-x c++-module\n-fmodule-output=m.pcm' > m.modmap\n"
                      "$CC -std=c++20 @m.modmap -o m.o -c m.cc",
                      "passed through: modules"),
       .compilers = {"clang++-16"}},
      {.name = "ScannedSourcesOfAModuleOfGcc",
       .files = {{"m.cc", kModule.at("m.cc")},
                 {"a.cc", kModule.at("a.cc")},
                 {"map", "$root .\nm m.gcm\n"}},
       .steps = twice("export SOURCE_DATE_EPOCH=1\n"
                      "$CC -std=c++20 -fmodules-ts -fmodule-mapper=map -x c++ -o m.o -c m.cc && "
                      "$CC -std=c++20 -fmodules-ts -fmodule-mapper=map -x c++ -o a.o -c a.cc",
                      "passed through: modules passed through: modules"),
       .compilers = {"g++"}},
      {.name = "MapperOfGccIsAProgram",
       .files = {{"a.cc", "int f() { return 1; }\n"}, {"mapper", "$root .\n"}},
       .steps = twice("$CC -std=c++20 -fmodules-ts '-fmodule-mapper=|mapper' -c a.cc",
                      "passed through: modules"),
       .compilers = {"g++"}},
      // What it imports by name is not mapped.
      {.name = "ModulesOfGccWithoutAMapper",
       .files = {{"a.cc", "int f() { return 1; }\n"}},
       .steps = twice("$CC -std=c++20 -fmodules-ts -c a.cc", "passed through: modules"),
       .compilers = {"g++"}},
      {.name = "ModulesOfGcc",
       .files = kModule,
       .steps = twice("export SOURCE_DATE_EPOCH=1\n"  // a compiled module says when it was made
                      "$CC -std=c++20 -fmodules-ts -c m.cc && $CC -std=c++20 -fmodules-ts -c a.cc",
                      "passed through: modules passed through: modules"),
       .compilers = {"g++"}},
  };
}

std::vector<Case> command_cases() {
  return {
      passed("Link", "$CC a.c b.c -o prog", "link"),
      passed("Preprocessing", "$CC -E a.c", "preprocess_only"),
      passed("PreprocessingToFile", "$CC -E -P a.c -o a.i", "preprocess_only"),
      passed("DependenciesOnly", "$CC -MM a.c", "dependencies_only"),
      passed("DependenciesOnlyToFile", "$CC -M -MF deps a.c", "dependencies_only"),
      passed("SyntaxOnly", "$CC -fsyntax-only a.c", "syntax_only"),
      passed("SeveralInputs", "$CC -c a.c b.c", "several_inputs"),
      passed("StandardInput", "$CC -x c -c - -o a.o < b.c", "standard_input"),
      passed("StandardOutput", "$CC -S a.c -o -", "standard_output"),
      passed("Version", "$CC --version", "information"),
      passed("PrintFileName", "$CC -print-prog-name=as", "information"),
      passed("Nothing", "$CC", "link"),
      passed("NoInput", "$CC -c", "no_input"),
      passed("UnknownOption", "$CC -no-such-option -c a.c", "unknown_option"),
      passed("SavedTemporaries", "$CC -save-temps -c a.c", "intermediate_files"),
      passed("MissingArgument", "$CC -c a.c -o", "missing_argument"),
      {.name = "PassesLinkOfCachedObjects",
       .files = kTwoSources,
       .steps = {{.command = "$CC -c a.c && $CC -c b.c && $CC a.o b.o -o prog; ./prog",
                  .outcome = "passed through: link stored stored"},
                 {.command = "$CC -c a.c && $CC -c b.c && $CC a.o b.o -o prog; ./prog",
                  .outcome = "hit hit passed through: link"}},
       .compilers = {"gcc", "clang"}},
      {.name = "SourceMissing",
       .files = kTwoSources,
       .steps = {{.command = "$CC -c absent.c", .outcome = "cache_errors"}}},
  };
}

}  // namespace

std::vector<Case> pass_through_cases() {
  std::vector<Case> all = command_cases();
  for (const Case& it : scanned_cases()) all.push_back(it);
  return all;
}

}  // namespace larder::e2e
