#include "cases.h"

namespace larder::e2e {
namespace {

const Files kPlain = {{"a.c", "int f(int x) { return x; }\n"}};

/// Cold and warm, with the output in the same state before each.
Case prepared(const std::string& name, const std::string& before,
              const std::string& outcome = "stored", const std::string& again = "hit") {
  const std::string command = before + "\n$CC -c a.c -o a.o";
  return {
      .name = "Output" + name,
      .files = kPlain,
      .steps = {{.command = command, .outcome = outcome}, {.command = command, .outcome = again}}};
}

std::vector<Case> present_cases() {
  return {
      prepared("Present", "echo old and longer > a.o"),
      prepared("PresentAndEmpty", ": > a.o; chmod 640 a.o"),
      prepared("PresentWithMode", "echo old > a.o; chmod 751 a.o"),
      prepared("ReadOnly", "echo old > a.o; chmod 444 a.o"),
      prepared("IsLink", "echo old > target; ln -s target a.o"),
      prepared("IsLinkToLink", "echo old > target; ln -s target link; ln -s link a.o"),
      prepared("IsDanglingLink", "ln -s target a.o"),
      prepared("IsLinkIntoDirectory", "mkdir dir; echo old > dir/target; ln -s dir/target a.o"),
      prepared("IsHardLink", "echo old > target; ln target a.o"),
      prepared("IsEmptyHardLink", ": > target; ln target a.o"),
      prepared("IsLinkToDevice", "ln -s /dev/null a.o", "outputs_unsuitable", "outputs_unsuitable"),
      prepared("IsDirectory", "mkdir a.o", "compiles_failed", "compiles_failed"),
  };
}

std::vector<Case> place_cases() {
  return {
      {.name = "OutputElsewhere",
       .files = kPlain,
       .steps = {{.command = "$CC -c a.c -o a.o", .outcome = "stored"},
                 {.command = "$CC -c a.c -o b.o", .outcome = "hit"},
                 {.command = "mkdir d && $CC -c a.c -o d/a.o", .outcome = "hit"},
                 {.command = "mkdir e && cd e && $CC -c ../a.c", .outcome = "stored"},
                 {.command = "$CC -c a.c", .outcome = "hit"},
                 {.command = "$CC -c a.c -o \"$PWD/f.o\"", .outcome = "hit"},
                 {.command = "$CC -c a.c -o 'odd name.o'", .outcome = "hit"}}},
      {.name = "OutputIsNull",
       .files = kPlain,
       .steps = {{.command = "$CC -c a.c -o /dev/null", .outcome = "outputs_unsuitable"},
                 {.command = "$CC -c a.c -o a.o", .outcome = "stored"},
                 {.command = "$CC -c a.c -o /dev/null", .outcome = "hit"}}},
      {.name = "OutputMissesDirectory",
       .files = kPlain,
       .steps = {{.command = "$CC -c a.c -o no/a.o", .outcome = "compiles_failed"},
                 {.command = "$CC -c a.c -o a.o", .outcome = "stored"},
                 {.command = "$CC -c a.c -o no/a.o", .outcome = "compiles_failed"}}},
      {.name = "OutputKept",
       .files = kPlain,
       .steps = {{.command = "$CC -c a.c", .outcome = "stored"},
                 {.command = "$CC -c a.c", .outcome = "hit", .keeps_outputs = true}}},
      {.name = "Umask",
       .files = kPlain,
       .steps = {{.command = "umask 077; $CC -MD -c a.c", .outcome = "stored"},
                 {.command = "umask 002; $CC -MD -c a.c", .outcome = "hit"},
                 {.command = "umask 027; $CC -MD -c a.c", .outcome = "hit"},
                 {.command = "umask 0; $CC -MD -c a.c", .outcome = "hit"}}},
  };
}

std::vector<Case> side_output_cases() {
  return {
      {.name = "SplitDebugInfo",
       .files = kPlain,
       .steps = cold_and_warm("$CC -g -gsplit-dwarf -c a.c -o a.o")},
      {.name = "StackUsage",
       .files = kPlain,
       .steps = cold_and_warm("$CC -fstack-usage -c a.c -o a.o"),
       .compilers = {"gcc", "g++"}},
      {.name = "CoverageNotes",
       .files = kPlain,
       .steps = cold_and_warm("$CC --coverage -c a.c -o a.o"),
       .compilers = {"clang", "clang++"}},
  };
}

}  // namespace

std::vector<Case> output_cases() {
  std::vector<Case> all = present_cases();
  for (const auto& part : {place_cases(), side_output_cases()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace larder::e2e
