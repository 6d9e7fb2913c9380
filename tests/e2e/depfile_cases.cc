#include "cases.h"

namespace larder::e2e {
namespace {

const Files kWithHeaders = {{"a.c",
                             "#include <stddef.h>\n#include \"a.h\"\n"
                             "size_t f(void) { return VALUE; }\n"},
                            {"a.h", "#include \"inc/b.h\"\n"},
                            {"inc/b.h", "#define VALUE 1\n"}};

const std::string kEdit = "echo '#define VALUE 2' > inc/b.h";

Case spelled(const std::string& name, const std::string& command) {
  return {.name = "Depfile" + name, .files = kWithHeaders, .steps = after_change(command, kEdit)};
}

std::vector<Case> spelling_cases() {
  return {
      spelled("Full", "$CC -MD -c a.c -o a.o"),
      spelled("User", "$CC -MMD -c a.c -o a.o"),
      spelled("NamedByOutput", "mkdir -p out && $CC -MD -c a.c -o out/x.y.o"),
      spelled("NamedBySource", "$CC -MMD -c a.c"),
      spelled("Named", "$CC -MD -MF deps -c a.c -o a.o"),
      spelled("NamedJoined", "$CC -MMD -MFdeps -c a.c -o a.o"),
      spelled("NamedInDirectory", "mkdir -p deps && $CC -MMD -MF deps/a.d -c a.c -o a.o"),
      spelled("Target", "$CC -MD -MT 'some $target' -c a.c -o a.o"),
      spelled("Targets", "$CC -MD -MT one -MTtwo -c a.c -o a.o"),
      spelled("QuotedTarget", "$CC -MD -MQ 'some $target' -c a.c -o a.o"),
      spelled("MixedTargets", "$CC -MD -MQ '$a' -MT '$b' -c a.c -o a.o"),
      spelled("PhonyTargets", "$CC -MMD -MP -c a.c -o a.o"),
      spelled("AllAtOnce", "$CC -MMD -MP -MF deps -MT t -c a.c -o a.o"),
      spelled("ByPreprocessorOption", "$CC -Wp,-MD,deps -c a.c -o a.o"),
      spelled("UserByPreprocessorOption", "$CC -Wp,-MMD,deps -c a.c -o a.o"),
      spelled("WithAssemblyOutput", "$CC -MD -S a.c -o a.s"),
      {.name = "DepfileNowhere",
       .files = kWithHeaders,
       .steps = after_change("$CC -MD -MF /dev/null -c a.c -o a.o", kEdit),
       .compilers = {"clang", "clang++"}},
      // gcc is asked for the list after the compile, which has written to a directory of headers:
      // whether one of those went meanwhile cannot be told.
      {.name = "DepfileNowhereBesideHeaders",
       .files = kWithHeaders,
       .steps = twice("$CC -MD -MF /dev/null -c a.c -o a.o", "inputs_changed"),
       .compilers = {"gcc", "g++"}},
  };
}

/// One result serves every spelling of a depfile's name and targets.
std::vector<Case> sharing_cases() {
  return {
      {.name = "DepfileNameDoesNotMatter",
       .files = kWithHeaders,
       .steps = {{.command = "$CC -MD -MT a.o -MF one.d -c a.c -o a.o", .outcome = "stored"},
                 {.command = "$CC -MD -MT a.o -MF two.d -c a.c -o a.o", .outcome = "hit"},
                 {.command = "$CC -MD -MT a.o -c a.c -o b.o", .outcome = "hit"}}},
      {.name = "DepfileTargetFollowsOutput",
       .files = kWithHeaders,
       .steps = {{.command = "$CC -MD -c a.c -o a.o", .outcome = "stored"},
                 {.command = "$CC -MD -c a.c -o b.o", .outcome = "stored"},
                 {.command = "$CC -MD -c a.c -o b.o", .outcome = "hit"},
                 {.command = "$CC -MD -c a.c -o a.o", .outcome = "hit"}}},
      {.name = "DepfileWhereThereWasNone",
       .files = kWithHeaders,
       .steps = {{.command = "$CC -c a.c -o a.o", .outcome = "stored"},
                 {.command = "$CC -MD -c a.c -o a.o", .outcome = "stored"},
                 {.command = "$CC -MMD -c a.c -o a.o", .outcome = "stored"},
                 {.command = "$CC -c a.c -o a.o", .outcome = "hit"}}},
      {.name = "DepfileMissesDirectory",
       .files = kWithHeaders,
       .steps = {{.command = "$CC -MD -MF a.d -MT x -c a.c -o a.o", .outcome = "stored"},
                 {.command = "$CC -MD -MF no/a.d -MT x -c a.c -o a.o",
                  .outcome = "compiles_failed"}}},
      {.name = "DepfileIsReplaced",
       .files = kWithHeaders,
       .steps = cold_and_warm("echo older and longer than any depfile will ever be > a.d; "
                              "chmod 600 a.d; $CC -MMD -c a.c -o a.o")},
  };
}

}  // namespace

std::vector<Case> depfile_cases() {
  std::vector<Case> all = spelling_cases();
  for (const Case& it : sharing_cases()) all.push_back(it);
  return all;
}

}  // namespace larder::e2e
