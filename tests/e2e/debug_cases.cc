#include "cases.h"

namespace larder::e2e {
namespace {

const Files kFiles = {{"a.c",
                       "#include \"a.h\"\n"
                       "int f(int x) { return g(x) + VALUE; }\n"
                       "const char* where(void) { return __FILE__; }\n"},
                      {"a.h", "#define VALUE 1\nstatic int g(int x) { return x * 2; }\n"}};

/// What debug information or a diagnostic shows changes, and nothing else.
Case shown(const std::string& name, const std::string& options, const std::string& edit) {
  return {.name = name,
          .files = kFiles,
          .steps = after_change("$CC " + options + " -c a.c -o a.o", edit)};
}

std::vector<Case> position_cases() {
  return {
      shown("LinesUnderDebug", "-g", "sed -i '1i\\\\' a.h"),
      shown("ColumnsUnderDebug", "-g", "sed -i 's/return x/return     x/' a.h"),
      {.name = "ColumnsOfDiagnostics",
       .files = {{"a.c", "#include \"a.h\"\nint f(int x) { return g(x); }\n"},
                 {"a.h", "static int g(int x) { return 1; int unused; }\n"}},
       .steps = after_change("$CC -Wall -c a.c -o a.o", "sed -i 's/1; int/1;      int/' a.h")},
      shown("UnusedMacroUnderDebugMacros", "-g3", "echo '#define UNUSED 1' >> a.h"),
      {.name = "FallthroughComment",
       .files = {{"a.c", "#include \"a.h\"\n"},
                 {"a.h",
                  "static int g(int x) {\n  switch (x) {\n  case 1: x++; /* fall through */\n"
                  "  case 2: return x;\n  }\n  return 0;\n}\nint f(int x) { return g(x); }\n"}},
       .steps = after_change("$CC -Wimplicit-fallthrough -c a.c -o a.o",
                             "sed -i 's/fall through/drop it/' a.h")},
      {.name = "CommentWarning",
       .files = {{"a.c", "#include \"a.h\"\nint f(void) { return 1; }\n"}, {"a.h", "/* one */\n"}},
       .steps = after_change("$CC -Wcomment -c a.c -o a.o", "echo '/* /* two */' > a.h")},
      {.name = "LineDirective",
       .files = {{"a.c", "#line 7 \"gen.y\"\n#include \"a.h\"\n"},
                 {"a.h", "int f(void) { int unused; return __LINE__; }\n"}},
       .steps = after_change("$CC -g -Wall -c a.c -o a.o", "sed -i '1i\\\\' a.h")},
      {.name = "CountersAndLevels",
       .files = {{"a.c", "#include \"a.h\"\nint f(void) { return __COUNTER__; }\n"},
                 {"a.h",
                  "static const char* g(void) { return __BASE_FILE__; }\n"
                  "int h(void) { return g()[__INCLUDE_LEVEL__] + __COUNTER__; }\n"}},
       .steps = cold_and_warm("$CC -c a.c -o a.o")},
  };
}

std::vector<Case> path_cases() {
  return {
      {.name = "DebugPrefixMapped",
       .files = kFiles,
       .steps = cold_and_warm("$CC -g -fdebug-prefix-map=$PWD=/src -c a.c -o a.o")},
      {.name = "FilePrefixMapped",
       .files = kFiles,
       .steps = {{.command = "$CC -g -ffile-prefix-map=$PWD=/src -c $PWD/a.c -o a.o",
                  .outcome = "stored"},
                 {.command = "$CC -g -ffile-prefix-map=$PWD=/src -c $PWD/a.c -o a.o",
                  .outcome = "hit"},
                 {.command = "$CC -g -ffile-prefix-map=$PWD=/other -c $PWD/a.c -o a.o",
                  .outcome = "stored"}}},
      {.name = "MacroPrefixMapped",
       .files = kFiles,
       .steps = {{.command = "$CC -fmacro-prefix-map=$PWD=/src -c $PWD/a.c -o a.o",
                  .outcome = "stored"},
                 {.command = "$CC -fmacro-prefix-map=$PWD=/other -c $PWD/a.c -o a.o",
                  .outcome = "stored"},
                 {.command = "$CC -fmacro-prefix-map=$PWD=/src -c $PWD/a.c -o a.o",
                  .outcome = "hit"}}},
      {.name = "WorkingDirectoryThroughLink",
       .files = kFiles,
       .steps = {{.change = "ln -s . here",
                  .command = "cd here; $CC -g -c a.c -o a.o",
                  .outcome = "stored"},
                 {.command = "$CC -g -c a.c -o a.o", .outcome = "stored"},
                 {.command = "cd here; $CC -g -c a.c -o a.o", .outcome = "hit"}}},
      {.name = "NameOfOneSource",
       .files = kFiles,
       .steps = {{.command = "$CC -c a.c -o a.o", .outcome = "stored"},
                 {.command = "$CC -c ./a.c -o a.o", .outcome = "stored"},
                 {.command = "$CC -c \"$PWD/a.c\" -o a.o", .outcome = "stored"}}},
  };
}

std::vector<Case> switch_cases() {
  return {
      {.name = "SwitchesRecorded",
       .files = kFiles,
       .steps = {{.command = "$CC -frecord-gcc-switches -DA -c a.c -o a.o", .outcome = "stored"},
                 {.command = "$CC -frecord-gcc-switches -DB -c a.c -o a.o", .outcome = "stored"},
                 {.command = "$CC -frecord-gcc-switches -DA -c a.c -o a.o", .outcome = "hit"}},
       .compilers = {"gcc", "g++"}},
      {.name = "SwitchesRecordedByClang",
       .files = kFiles,
       .steps = twice("$CC -frecord-gcc-switches -DA -c a.c -o a.o",
                      "passed through: records_command_line"),
       .compilers = {"clang", "clang++"}},
      {.name = "SwitchesUnderDebug",
       .files = kFiles,
       .steps = {{.command = "$CC -g -grecord-gcc-switches -DA -Wall -O1 -c a.c -o a.o",
                  .outcome = kAnyOutcome},
                 {.command = "$CC -g -grecord-gcc-switches -Wall -O1 -DA -c a.c -o a.o",
                  .outcome = kAnyOutcome},
                 {.command = "$CC -O1 -g -Wall -grecord-gcc-switches -DA -c a.c -o b.o",
                  .outcome = kAnyOutcome},
                 {.command = "$CC -c a.c -DA -O1 -g -Wall -grecord-gcc-switches -o b.o",
                  .outcome = kAnyOutcome}}},
  };
}

}  // namespace

std::vector<Case> debug_cases() {
  std::vector<Case> all = position_cases();
  for (const auto& part : {path_cases(), switch_cases()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace larder::e2e
