#include "cases.h"

namespace larder::e2e {
namespace {

const Files kPlain = {{"a.c", "int f(int x) { return x; }\n"}};

const Files kConditional = {{"a.c",
                             "#ifdef A\nint a = A + 0;\n#endif\n"
                             "#ifdef B\nint b = B + 0;\n#endif\nint f;\n"}};

/// Commands that must not share results with each other.
std::vector<Step> all_different(const std::vector<std::string>& commands) {
  std::vector<Step> steps;
  for (const char* outcome : {"stored", "hit"}) {
    for (const std::string& command : commands) {
      steps.push_back({.command = command, .outcome = outcome});
    }
  }
  return steps;
}

/// Commands that share the first one's result.
std::vector<Step> all_same(const std::vector<std::string>& commands) {
  std::vector<Step> steps;
  for (const std::string& command : commands) {
    steps.push_back({.command = command, .outcome = steps.empty() ? "stored" : "hit"});
  }
  return steps;
}

std::vector<Case> flag_cases() {
  return {
      {.name = "FlagsDiffer",
       .files = kPlain,
       .steps = all_different({"$CC -c a.c", "$CC -O2 -c a.c", "$CC -O2 -fPIC -c a.c",
                               "$CC -g -c a.c", "$CC -g1 -c a.c", "$CC -S a.c -o a.o",
                               "$CC -ffunction-sections -c a.c", "$CC -m32 -S a.c -o a.o"})},
      {.name = "MacrosDiffer",
       .files = kConditional,
       .steps = all_different({"$CC -c a.c", "$CC -DA -c a.c", "$CC -DA=2 -c a.c", "$CC -DB -c a.c",
                               "$CC -DA -DB -c a.c"})},
      {.name = "OrderOfMacros",
       .files = kConditional,
       .steps = all_different({"$CC -DA=1 -UA -c a.c", "$CC -UA -DA=1 -c a.c"})},
      {.name = "MacroSpellings",
       .files = kConditional,
       .steps = all_same({"$CC -DA=1 -c a.c", "$CC -D A=1 -c a.c -o a.o"})},
      {.name = "OptionsAnywhere",
       .files = kPlain,
       .steps =
           all_same({"$CC -O1 -c a.c -o a.o", "$CC -c -o a.o a.c -O1", "$CC -oa.o -O1 a.c -c"})},
      {.name = "SystemDirectoryIsAnother",
       .files = {{"a.c", "#include <a.h>\nint f(void) { return 1; }\n"},
                 {"inc/a.h", "static int unused(void) { return 1; }\n"}},
       .steps = all_different({"$CC -Wall -Iinc -c a.c", "$CC -Wall -isystem inc -c a.c"})},
      {.name = "OrderOfDirectories",
       .files = {{"a.c", "#include <a.h>\nint f(void) { return VALUE; }\n"},
                 {"one/a.h", "#define VALUE 1\n"},
                 {"two/a.h", "#define VALUE 2\n"}},
       .steps = all_different({"$CC -Ione -Itwo -c a.c", "$CC -Itwo -Ione -c a.c",
                               "$CC -iquote one -idirafter two -c a.c"})},
      {.name = "Standards",
       .files = {{"a.c", "int f(void) { return (int)sizeof('a'); }\n"}},
       .steps = all_different({"$CC -std=c99 -c a.c", "$CC -std=c11 -c a.c", "$CC -ansi -c a.c"}),
       .compilers = {"gcc", "clang"}},
      {.name = "LanguageGiven",
       .files = {{"a.txt", "int f(void) { return (int)sizeof('a'); }\n"}},
       .steps = all_different({"$CC -x c -c a.txt", "$CC -x c++ -c a.txt"})},
      {.name = "ForcedIncludeEdited",
       .files = {{"a.c", "int f(void) { return VALUE; }\n"}, {"pre.h", "#define VALUE 1\n"}},
       .steps = after_change("$CC -include pre.h -c a.c", "echo '#define VALUE 2' > pre.h")},
      {.name = "ForcedMacrosEdited",
       .files = {{"a.c", "int f(void) { return VALUE; }\n"}, {"pre.h", "#define VALUE 1\n"}},
       .steps = after_change("$CC -imacros pre.h -c a.c", "echo '#define VALUE 2' > pre.h")},
      {.name = "AssemblyOutput",
       .files = kPlain,
       .steps = all_same({"$CC -S a.c", "$CC -S a.c -o a.s", "$CC -S a.c -o b.s"})},
      {.name = "PathsMapped",
       .files = {{"a.c", "const char* f(void) { return __FILE__; }\n"}},
       .steps = cold_and_warm("$CC -g -ffile-prefix-map=\"$PWD\"=/x -c \"$PWD/a.c\" -o a.o")},
      {.name = "NativeTarget",
       .files = {{"a.c", "void f(float* x, int n) { while (n-- > 0) *x++ += 1; }\n"}},
       .steps = all_different({"$CC -O3 -c a.c", "$CC -O3 -march=native -c a.c",
                               "$CC -O3 -mtune=native -c a.c", "$CC -O2 -march=native -S a.c"})},
      {.name = "Sanitized",
       .files = {{"a.c", "int f(int x) { return x << 3; }\n"}},
       .steps = cold_and_warm("$CC -fsanitize=undefined,address -c a.c")},
  };
}

std::vector<Case> response_file_cases() {
  return {
      {.name = "ResponseFile",
       .files = {{"a.c", kConditional.at("a.c")}, {"flags", "-DA=1 -O1\n-c a.c -o a.o"}},
       .steps = after_change("$CC @flags", "echo '-DA=2 -O1 -c a.c -o a.o' > flags")},
      {.name = "ResponseFileIsItsContent",
       .files = {{"a.c", kConditional.at("a.c")}, {"flags", "-DA=1\n"}},
       .steps = {{.command = "$CC @flags -c a.c", .outcome = "stored"},
                 {.command = "$CC -DA=1 -c a.c", .outcome = "hit"}}},
      {.name = "ResponseFilesNested",
       .files = {{"a.c", kConditional.at("a.c")},
                 {"outer", "@inner -c a.c\n"},
                 {"inner", "-DA=1\n"}},
       .steps = after_change("$CC @outer", "echo '-DA=2' > inner")},
      {.name = "ResponseFileQuoted",
       .files = {{"a.c", "const char* f(void) { return A; }\n"},
                 {"flags", "'-DA=\"one two\"' -D\\B -c \"a.c\"\n"}},
       .steps = after_change("$CC @flags", "echo \"'-DA=\\\"three\\\"' -c a.c\" > flags")},
      {.name = "ResponseFileOfScannedSource",
       .files = {{"a.c", "int f(void) { return VALUE; }\n"}, {"a.c.o.modmap", ""}},
       .steps =
           after_change("$CC -DVALUE=1 -MD -MT a.c.o -MF a.c.o.d @a.c.o.modmap -o a.c.o -c a.c",
                        "echo '-UVALUE -DVALUE=2' > a.c.o.modmap")},
      {.name = "ResponseFileMissing",
       .files = kPlain,
       .steps = twice("$CC @absent -c a.c", "passed through: several_inputs")},
  };
}

std::vector<Case> environment_cases() {
  return {
      {.name = "SearchPathVariable",
       .files = {{"a.c", "#include <a.h>\nint f(void) { return VALUE; }\n"},
                 {"one/a.h", "#define VALUE 1\n"},
                 {"two/a.h", "#define VALUE 2\n"}},
       .steps = all_different(
           {"CPATH=one $CC -c a.c", "CPATH=two $CC -c a.c", "CPATH=two:one $CC -c a.c"})},
      {.name = "HeaderAppearsInSearchPathVariable",
       .files = {{"a.c", "#include <a.h>\nint f(void) { return VALUE; }\n"},
                 {"one/b.h", "\n"},
                 {"two/a.h", "#define VALUE 2\n"}},
       .steps = after_change("CPATH=one:two $CC -c a.c", "echo '#define VALUE 1' > one/a.h")},
      {.name = "Locale",
       .files = {{"a.c", "int f(int x) { int unused; return x; }\n"}},
       .steps = all_different({"$CC -Wall -c a.c", "LC_ALL=C.UTF-8 $CC -Wall -c a.c",
                               "LANG=C.UTF-8 $CC -Wall -c a.c"})},
      {.name = "SourceDate",
       .files = kPlain,
       .steps =
           all_different({"SOURCE_DATE_EPOCH=1 $CC -c a.c", "SOURCE_DATE_EPOCH=2 $CC -c a.c"})},
      {.name = "OtherVariablesDoNotMatter",
       .files = kPlain,
       .steps = all_same({"ANYTHING=1 $CC -c a.c", "ANYTHING=2 TERM=xterm $CC -c a.c"})},
      {.name = "DependencyVariables",
       .files = kPlain,
       .steps = twice("DEPENDENCIES_OUTPUT='a.d a.o' SUNPRO_DEPENDENCIES='b.d a.o' $CC -c a.c",
                      "passed through: environment"),
       .compilers = {"gcc", "g++"}},
  };
}

}  // namespace

std::vector<Case> option_cases() {
  std::vector<Case> all = flag_cases();
  for (const auto& part : {response_file_cases(), environment_cases()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace larder::e2e
