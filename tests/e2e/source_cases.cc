#include "cases.h"

namespace larder::e2e {
namespace {

const std::string kCompile = "$CC -c a.c -o a.o";
const std::string kSearch = "$CC -Ione -Itwo -c a.c -o a.o";

const Files kWithHeader = {{"a.c", "#include \"a.h\"\nint f(int x) { return x + VALUE; }\n"},
                           {"a.h", "#define VALUE 1\n"}};

const Files kWithSearchPath = {
    {"a.c", "#include <a.h>\nint f(int x) { return x + VALUE; }\n"},
    {"one/other.h", "\n"},
    {"two/a.h", "#define VALUE 1\n"},
};

const Files kProbing = {
    {"a.c",
     "#if __has_include(\"maybe.h\")\n#include \"maybe.h\"\n#else\n#define VALUE 1\n#endif\n"
     "int f(int x) { return x + VALUE; }\n"},
};

/// Writes to a file what keeps its size, and puts its modification time back.
std::string sneak(const std::string& file, const std::string& text) {
  return "touch -r " + file + " \"$ROOT/time\"\nprintf '" + text + "' > " + file +
         "\ntouch -r \"$ROOT/time\" " + file;
}

std::vector<Case> content_cases() {
  return {
      {.name = "PlainHit",
       .files = {{"a.c", "int f(int x) { return x; }\n"}},
       .steps = cold_and_warm(kCompile)},
      {.name = "SourceEdited",
       .files = kWithHeader,
       .steps = after_change(kCompile, "echo 'int g(void) { return VALUE; }' >> a.c")},
      {.name = "SourceEditedInPlace",
       .files = {{"a.c", "int f(void) { return 1; }\n"}},
       .steps = after_change(kCompile, sneak("a.c", "int f(void) { return 2; }\\n"))},
      {.name = "HeaderEdited",
       .files = kWithHeader,
       .steps = after_change(kCompile, "echo '#define VALUE 22' > a.h")},
      {.name = "HeaderEditedInPlace",
       .files = kWithHeader,
       .steps = after_change(kCompile, sneak("a.h", "#define VALUE 2\\n"))},
      {.name = "HeaderReplaced",
       .files = kWithHeader,
       .steps = after_change(kCompile, "echo '#define VALUE 2' > b.h\nmv b.h a.h")},
      {.name = "HeaderTouched",
       .files = kWithHeader,
       .steps = after_change(kCompile, "touch -d '2001-01-01' a.h", "hit")},
      {.name = "NestedHeaderEdited",
       .files = {{"a.c", "#include \"a.h\"\nint f(void) { return VALUE; }\n"},
                 {"a.h", "#include \"deep/b.h\"\n"},
                 {"deep/b.h", "#define VALUE 1\n"}},
       .steps = after_change(kCompile, "echo '#define VALUE 2' > deep/b.h")},
      {.name = "HeaderGone",
       .files = kWithHeader,
       .steps = {{.command = kCompile, .outcome = "stored"},
                 {.change = "rm a.h", .command = kCompile, .outcome = "compiles_failed"}}},
      {.name = "SystemHeaders",
       .files = {{"a.c",
                  "#include <stddef.h>\n#include <stdio.h>\nsize_t f(void) { return 1; }\n"}},
       .steps = cold_and_warm(kCompile)},
  };
}

Case edited_back() {
  Case it = {.name = "HeaderEditedBack",
             .files = kWithHeader,
             .steps = after_change(kCompile, "echo '#define VALUE 2' > a.h")};
  it.steps.push_back(
      {.change = "echo '#define VALUE 1' > a.h", .command = kCompile, .outcome = "hit"});
  return it;
}

/// A change that no output shows: without a debugger's line table the results are the same.
Case comment_edited() {
  Case it = {.name = "CommentEdited",
             .files = kWithHeader,
             .steps = after_change(kCompile, "echo '#define VALUE 1 // new' > a.h")};
  it.steps[2].preprocessed_outcome = "hit";
  return it;
}

std::vector<Case> search_cases() {
  return {
      {.name = "HeaderAppearsEarlier",
       .files = kWithSearchPath,
       .steps = after_change(kSearch, "echo '#define VALUE 2' > one/a.h")},
      {.name = "HeaderAppearsInNewDirectory",
       .files = {{"a.c", "#include <a.h>\nint f(void) { return VALUE; }\n"},
                 {"two/a.h", "#define VALUE 1\n"}},
       .steps = after_change(kSearch, "mkdir one\necho '#define VALUE 2' > one/a.h")},
      {.name = "HeaderAppearsInNewDirectoryOfTheCompilers",
       .files = {{"a.c", "#include <a.h>\nint f(void) { return VALUE; }\n"},
                 {"two/a.h", "#define VALUE 1\n"}},
       .steps = after_change("$CC --sysroot=$PWD/sys -idirafter two -c a.c -o a.o",
                             "mkdir -p sys/usr/include\n"
                             "echo '#define VALUE 2' > sys/usr/include/a.h")},
      {.name = "HeaderAppearsBelowDirectory",
       .files = {{"a.c", "#include <sub/a.h>\nint f(void) { return VALUE; }\n"},
                 {"one/sub/other.h", "\n"},
                 {"two/sub/a.h", "#define VALUE 1\n"}},
       .steps = after_change(kSearch, "echo '#define VALUE 2' > one/sub/a.h")},
      {.name = "HeaderAppearsBesideSource",
       .files = {{"a.c", "#include \"a.h\"\nint f(void) { return VALUE; }\n"},
                 {"two/a.h", "#define VALUE 1\n"}},
       .steps = after_change("$CC -Itwo -c a.c -o a.o", "echo '#define VALUE 2' > a.h")},
      {.name = "HeaderAppearsBesideHeader",
       .files = {{"a.c", "#include \"sub/a.h\"\nint f(void) { return VALUE; }\n"},
                 {"sub/a.h", "#include \"b.h\"\n"},
                 {"two/b.h", "#define VALUE 1\n"}},
       .steps = after_change("$CC -Itwo -c a.c -o a.o", "echo '#define VALUE 2' > sub/b.h")},
      {.name = "DuplicateDirectoryRetargeted",
       .files = {{"a.c", "#include \"a.h\"\n#include \"b.h\"\nint f(void) { return A + B; }\n"},
                 {"one/a.h", "#define A 1\n"},
                 {"two/b.h", "#define B 1\n"},
                 {"three/b.h", "#define B 2\n"}},
       .steps = {{.change = "ln -s one link",
                  .command = "$CC -Ione -Ilink -Itwo -c a.c",
                  .outcome = "stored"},
                 {.command = "$CC -Ione -Ilink -Itwo -c a.c", .outcome = "hit"},
                 {.change = "rm link\nln -s three link",
                  .command = "$CC -Ione -Ilink -Itwo -c a.c",
                  .outcome = "stored"},
                 {.command = "$CC -Ione -Ilink -Itwo -c a.c", .outcome = "hit"}}},
      {.name = "UnrelatedFileAppears",
       .files = kWithSearchPath,
       .steps = after_change(kSearch, "echo '#define VALUE 2' > one/b.h", "hit")},
      {.name = "SystemHeaderShadowed",
       .files = {{"a.c", "#include <limits.h>\nint f(void) { return CHAR_BIT; }\n"},
                 {"one/other.h", "\n"}},
       .steps =
           after_change("$CC -Ione -c a.c -o a.o", "echo '#define CHAR_BIT 9' > one/limits.h")},
      {.name = "ProbedHeaderAppears",
       .files = kProbing,
       .steps = after_change(kCompile, "echo '#define VALUE 2' > maybe.h")},
      {.name = "ProbedHeaderGoes",
       .files = {{"a.c", kProbing.at("a.c")}, {"maybe.h", "#define VALUE 2\n"}},
       .steps = after_change(kCompile, "rm maybe.h")},
  };
}

std::vector<Case> link_cases() {
  return {
      {.name = "HeaderLinkRetargeted",
       .files = {{"a.c", kWithHeader.at("a.c")},
                 {"one.h", "#define VALUE 1\n"},
                 {"two.h", "#define VALUE 2\n"}},
       .steps = {{.change = "ln -s one.h a.h", .command = kCompile, .outcome = "stored"},
                 {.change = "ln -sf two.h a.h", .command = kCompile, .outcome = "stored"},
                 {.change = "ln -sf one.h a.h", .command = kCompile, .outcome = "hit"}}},
      {.name = "HeaderDirectoryLinkRetargeted",
       .files = {{"a.c", "#include \"sub/a.h\"\nint f(void) { return VALUE; }\n"},
                 {"one/a.h", "#define VALUE 1\n"},
                 {"two/a.h", "#define VALUE 2\n"}},
       .steps = {{.change = "ln -s one sub", .command = kCompile, .outcome = "stored"},
                 {.change = "ln -sfn two sub", .command = kCompile, .outcome = "stored"},
                 {.change = "ln -sfn one sub", .command = kCompile, .outcome = "hit"}}},
      {.name = "DanglingHeaderLinkFilled",
       .files = {{"a.c", "#include \"a.h\"\nint f(void) { return VALUE; }\n"},
                 {"two/a.h", "#define VALUE 1\n"}},
       .steps = {{.change = "ln -s target.h a.h",
                  .command = "$CC -Itwo -c a.c -o a.o",
                  .outcome = "stored"},
                 {.change = "echo '#define VALUE 2' > target.h",
                  .command = "$CC -Itwo -c a.c -o a.o",
                  .outcome = "stored"}}},
      {.name = "LinksToOneSource",
       .files = {{"shared/a.c", "#include \"a.h\"\nint f(void) { return VALUE; }\n"},
                 {"one/a.h", "#define VALUE 1\n"},
                 {"two/a.h", "#define VALUE 2\n"}},
       .steps = {{.change = "ln -s ../shared/a.c one/a.c\nln -s ../shared/a.c two/a.c",
                  .command = "$CC -c one/a.c -o a.o",
                  .outcome = "stored"},
                 {.command = "$CC -c two/a.c -o a.o", .outcome = "stored"},
                 {.command = "cd one; $CC -c a.c -o a.o", .outcome = "stored"},
                 {.command = "cd two; $CC -c a.c -o a.o", .outcome = "stored"},
                 {.command = "cd one; $CC -c a.c -o a.o", .outcome = "hit"}}},
      {.name = "SourceLinkRetargeted",
       .files = {{"one.c", "int f(void) { return 1; }\n"},
                 {"two.c", "int f(void) { return 2; }\n"}},
       .steps = {{.change = "ln -s one.c a.c", .command = kCompile, .outcome = "stored"},
                 {.change = "ln -sf two.c a.c", .command = kCompile, .outcome = "stored"}}},
  };
}

/// What no dependency list tells, so that it must not be cached.
std::vector<Case> uncacheable_cases() {
  return {
      {.name = "IncbinNotCached",
       .files = {{"a.c", "__asm__(\".incbin \\\"data.bin\\\"\");\n"}, {"data.bin", "one"}},
       .steps = {{.command = kCompile, .outcome = "inputs_unsuitable"},
                 {.change = "printf two > data.bin",
                  .command = kCompile,
                  .outcome = "inputs_unsuitable"}}},
      {.name = "TimeNotCached",
       .files = {{"a.c", "int f(void) { return sizeof __DATE__ + sizeof __TIME__; }\n"}},
       .steps = twice(kCompile, "inputs_unsuitable")},
      {.name = "TimeInHeaderNotCached",
       .files = {{"a.c", "#include \"a.h\"\nint f(void) { return SIZE; }\n"},
                 {"a.h", "#define SIZE sizeof __TIMESTAMP__\n"}},
       .steps = twice(kCompile, "inputs_unsuitable")},
  };
}

std::vector<Case> language_cases() {
  const Files preprocessed = {{"a.i", "# 1 \"a.c\"\nint f(void) { return 1; }\n"},
                              {"a.ii", "# 1 \"a.cc\"\nint f() { return 1; }\n"}};
  return {
      {.name = "PreprocessedC",
       .files = preprocessed,
       .steps = after_change("$CC -c a.i -o a.o", "echo 'int g;' >> a.i"),
       .compilers = {"gcc", "clang"}},
      {.name = "PreprocessedCxx",
       .files = preprocessed,
       .steps = after_change("$CC -c a.ii -o a.o", "echo 'int g;' >> a.ii"),
       .compilers = {"g++", "clang++"}},
      {.name = "Assembly",
       .files = {{"a.S", "#include \"a.h\"\n.globl f\nf: .long VALUE\n"},
                 {"a.h", "#define VALUE 1\n"}},
       .steps = after_change("$CC -c a.S -o a.o", "echo '#define VALUE 2' > a.h"),
       .compilers = {"gcc", "clang"}},
      {.name = "AssemblyIncludesByItself",
       .files = {{"a.S", ".include \"a.inc\"\n"}, {"a.inc", ".long 1\n"}},
       .steps = {{.command = "$CC -c a.S -o a.o", .outcome = "inputs_unsuitable"},
                 {.change = "echo '.long 2' > a.inc",
                  .command = "$CC -c a.S -o a.o",
                  .outcome = "inputs_unsuitable"}},
       .compilers = {"gcc", "clang"}},
      {.name = "Templates",
       .files = {{"a.cc",
                  "#include <string>\n#include <vector>\n"
                  "std::vector<std::string> f() { return {\"a\", \"b\"}; }\n"}},
       .steps = cold_and_warm("$CC -std=c++17 -O1 -c a.cc -o a.o"),
       .compilers = {"g++", "clang++"}},
  };
}

std::vector<Case> place_cases() {
  const std::string copy = "mkdir other\ncp a.c a.h other";
  return {
      {.name = "DirectoriesShareResults",
       .files = kWithHeader,
       .steps = {{.command = kCompile, .outcome = "stored"},
                 {.change = copy, .command = "cd other && $CC -c a.c -o a.o", .outcome = "hit"}}},
      {.name = "DirectoriesDoNotShareDebugInfo",
       .files = kWithHeader,
       .steps = {{.command = "$CC -g -c a.c -o a.o", .outcome = "stored"},
                 {.command = "$CC -g -c a.c -o a.o", .outcome = "hit"},
                 {.change = copy,
                  .command = "cd other && $CC -g -c a.c -o a.o",
                  .outcome = "stored"}}},
      {.name = "SourcePathsOfOneContent",
       .files = {{"a.c", "const char* f(void) { return __FILE__; }\n"},
                 {"b.c", "const char* f(void) { return __FILE__; }\n"}},
       .steps = {{.command = kCompile, .outcome = "stored"},
                 {.command = "$CC -c b.c -o a.o", .outcome = "stored"}}},
  };
}

/// gcc names a system header by its real path where that is shorter.
std::vector<Case> real_path_cases() {
  const Files files = {{"a.c", "#include <x.h>\nconst char* f(void) { return where; }\n"},
                       {"d1/x.h", "static const char* where = __FILE__;\n"},
                       {"d2/x.h", "static const char* where = __FILE__;\n"}};
  const std::string link = std::string(80, 'l');
  const std::string compile = "$CC -MD -isystem " + link + " -c a.c -o a.o";
  const std::string inner =
      "$CC -MD -isystem ../../" + std::string(40, 'd') + "/../d1/. -I. -c a.c -o a.o";
  const std::string moved = "mkdir -p one/b/c one/" + std::string(40, 'd') +
                            "; cp a.c one/b/c; cp -r d1 one; cp -r one two";
  return {
      {.name = "SystemDirectoryLinkRetargeted",
       .files = files,
       .steps = {{.change = "ln -s d1 " + link, .command = compile, .outcome = "stored"},
                 {.command = compile, .outcome = "hit"},
                 {.change = "ln -sfn d2 " + link, .command = compile, .outcome = kAnyOutcome},
                 {.command = compile, .outcome = "hit"}}},
      {.name = "SystemDirectoryOfAVariableRetargeted",
       .files = files,
       .steps = {{.change = "ln -s d1 " + link,
                  .command = "export C_INCLUDE_PATH=" + link + " CPLUS_INCLUDE_PATH=" + link +
                             "; $CC -MD -c a.c -o a.o",
                  .outcome = "stored"},
                 {.change = "ln -sfn d2 " + link,
                  .command = "export C_INCLUDE_PATH=" + link + " CPLUS_INCLUDE_PATH=" + link +
                             "; $CC -MD -c a.c -o a.o",
                  .outcome = kAnyOutcome}}},
      {.name = "WorkingDirectoryAsASystemDirectory",
       .files = {{"a.c", "#include <x.h>\nint f(void) { return x; }\n"},
                 {"x.h", "enum { x = 1 };\n"},
                 {"y/x.h", "enum { x = 1 };\n"}},
       .steps = {{.command = "$CC -MD -isystem y/.. -c a.c -o a.o", .outcome = "stored"},
                 {.command = "$CC -MD -isystem y/.. -c a.c -o a.o", .outcome = "hit"}}},
      {.name = "RelativeSystemDirectoryOfAnotherCheckout",
       .files = files,
       .steps = {{.change = moved, .command = "cd one/b/c && " + inner, .outcome = "stored"},
                 {.command = "cd two/b/c && " + inner, .outcome = kAnyOutcome}}},
  };
}

/// gcc reads a header once if a copy of the same size and time has been read.
std::vector<Case> copy_cases() {
  const Files copies = {{"x/a.h", "#pragma once\nstatic int one = __COUNTER__;\n"},
                        {"y/a.h", "#pragma once\nstatic int one = __COUNTER__;\n"}};
  const auto with = [&](Files more) {
    more.insert(copies.begin(), copies.end());
    return more;
  };
  const std::string both = "#include \"x/a.h\"\n#define one other\n#include \"y/a.h\"\n";
  const std::string use = "#undef one\nint f(void) { return one + __COUNTER__; }\n";
  return {
      {.name = "CopyReadOnceIsTouched",
       .files = with({{"a.c", both + use}}),
       .steps = {{.change = "touch -d 2020-01-01 x/a.h y/a.h",
                  .command = kCompile,
                  .outcome = "inputs_unsuitable"},
                 {.change = "touch -d 2020-01-02 y/a.h",
                  .command = kCompile,
                  .outcome = "inputs_unsuitable"}},
       .compilers = {"gcc", "g++"}},
      {.name = "CopyThatIsNotReadIsTouched",
       .files = with({{"a.c", "#ifdef Y\n#include \"y/a.h\"\n#endif\n#include \"x/a.h\"\n" + use}}),
       .steps = {{.change = "touch -d 2020-01-01 x/a.h", .command = kCompile, .outcome = "stored"},
                 {.command = kCompile, .outcome = "hit"}}},
      {.name = "ImportedCopyIsTouched",
       .files = {{"a.c", "#import \"x.h\"\n#import \"y.h\"\nint f(void) { return __COUNTER__; }\n"},
                 {"x.h", "enum { E = __COUNTER__ };\n#define E F\n"},
                 {"y.h", "enum { E = __COUNTER__ };\n#define E F\n"}},
       .steps = {{.change = "touch -d 2020-01-01 x.h y.h",
                  .command = kCompile,
                  .outcome = "inputs_unsuitable"},
                 {.change = "touch -d 2020-01-02 y.h",
                  .command = kCompile,
                  .outcome = "inputs_unsuitable"}},
       .compilers = {"gcc", "g++"}},
      {.name = "CopiesThatMayBeReadTwice",
       .files = {{"a.c", "#include \"x.h\"\n#include \"y.h\"\n"},
                 {"x.h", "extern int x;\n"},
                 {"y.h", "extern int x;\n"}},
       .steps = cold_and_warm(kCompile)},
  };
}

}  // namespace

std::vector<Case> source_cases() {
  std::vector<Case> all = content_cases();
  all.push_back(edited_back());
  all.push_back(comment_edited());
  for (const auto& part : {search_cases(), link_cases(), copy_cases(), real_path_cases(),
                           uncacheable_cases(), language_cases(), place_cases()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace larder::e2e
