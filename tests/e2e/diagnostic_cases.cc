#include "cases.h"

namespace larder::e2e {
namespace {

const Files kWarns = {{"a.c",
                       "#include \"a.h\"\n#warning \"mind this\"\n"
                       "int f(int x) { int unused; return VALUE / 0 + x; }\n"},
                      {"a.h", "#define VALUE 1\nstatic int nobody(void) { return 1; }\n"}};

const Files kBroken = {{"a.c", "int f(int x) { return y; }\n"}};

std::vector<Case> warning_cases() {
  return {
      {.name = "WarningsReplayed",
       .files = kWarns,
       .steps = after_change("$CC -Wall -Wextra -c a.c", "echo '#define VALUE 22' > a.h")},
      {.name = "WarningsOff",
       .files = kWarns,
       .steps = {{.command = "$CC -Wall -c a.c", .outcome = "stored"},
                 {.command = "$CC -w -c a.c", .outcome = "stored"},
                 {.command = "$CC -Wall -c a.c", .outcome = "hit"},
                 {.command = "$CC -w -c a.c", .outcome = "hit"}}},
      {.name = "WarningsInColour",
       .files = kWarns,
       .steps = cold_and_warm("$CC -Wall -fdiagnostics-color=always -c a.c")},
      {.name = "WarningsWithoutCarets",
       .files = kWarns,
       .steps = cold_and_warm("$CC -Wall -fno-caret-diagnostics -c a.c"),
       .compilers = {"clang", "clang++"}},
      {.name = "WarningsAsJson",
       .files = kWarns,
       .steps = cold_and_warm("$CC -Wall -fdiagnostics-format=json -c a.c"),
       .compilers = {"gcc", "g++"}},
      {.name = "WarningsAsErrors",
       .files = kWarns,
       .steps = twice("$CC -Wall -Werror -c a.c -o a.o", "compiles_failed")},
      {.name = "WarningsNameThePathGiven",
       .files = kWarns,
       .steps = {{.command = "$CC -Wall -c a.c", .outcome = "stored"},
                 {.command = "$CC -Wall -c ./a.c", .outcome = "stored"}}},
      {.name = "MessagesMingled", .files = kWarns, .steps = cold_and_warm("$CC -Wall -c a.c 2>&1")},
  };
}

std::vector<Case> failure_cases() {
  return {
      {.name = "FailureNotStored",
       .files = kBroken,
       .steps = twice("$CC -c a.c -o a.o", "compiles_failed")},
      {.name = "FailureRemovesOldOutput",
       .files = kBroken,
       .steps = {{.command = "echo old > a.o; $CC -c a.c -o a.o", .outcome = "compiles_failed"}}},
      {.name = "FailureAfterHit",
       .files = {{"a.c", "int f(void) { return 1; }\n"}},
       .steps = {{.command = "$CC -c a.c -o a.o", .outcome = "stored"},
                 {.command = "$CC -c a.c -o a.o", .outcome = "hit"},
                 {.change = "echo broken >> a.c",
                  .command = "$CC -c a.c -o a.o",
                  .outcome = "compiles_failed"}}},
      {.name = "FailureWithDepfile",
       .files = kBroken,
       .steps = twice("$CC -MD -c a.c -o a.o", "compiles_failed")},
      {.name = "FailureInAssembler",
       .files = {{"a.c", "__asm__(\"no such instruction\");\n"}},
       .steps = twice("$CC -pipe -c a.c -o a.o", "compiles_failed")},
      {.name = "FailureThenMending",
       .files = kBroken,
       .steps = {{.command = "$CC -c a.c -o a.o", .outcome = "compiles_failed"},
                 {.change = "echo 'int f(int y) { return y; }' > a.c",
                  .command = "$CC -c a.c -o a.o",
                  .outcome = "stored"},
                 {.command = "$CC -c a.c -o a.o", .outcome = "hit"}}},
      {.name = "UnknownOptionFails",
       .files = {{"a.c", "int f;\n"}},
       .steps = twice("$CC -fno-such-thing -c a.c", "compiles_failed")},
  };
}

/// With standard error closed, gcc writes its warnings into whatever file comes to have number 2;
/// so these are without any.
std::vector<Case> closed_cases() {
  const Files silent = {{"a.c", "int f(int x) { return x; }\n"}};
  return {
      {.name = "StandardOutputClosed",
       .files = kWarns,
       .steps = cold_and_warm("$CC -Wall -c a.c >&-")},
      {.name = "StandardErrorClosed", .files = silent, .steps = cold_and_warm("$CC -c a.c 2>&-")},
      {.name = "EverythingClosed",
       .files = silent,
       .steps = cold_and_warm("$CC -MD -c a.c <&- >&- 2>&-")},
      // clang ends by abort() when it cannot write a warning.
      {.name = "StandardErrorFull",
       .files = kWarns,
       .steps = cold_and_warm("$CC -Wall -c a.c 2>/dev/full"),
       .compilers = {"gcc", "g++"}},
  };
}

}  // namespace

std::vector<Case> diagnostic_cases() {
  std::vector<Case> all = warning_cases();
  for (const auto& part : {failure_cases(), closed_cases()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace larder::e2e
