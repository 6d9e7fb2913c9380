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

const std::vector<std::string> kGcc = {"gcc", "g++"};
const std::vector<std::string> kClang = {"clang", "clang++"};

Case side_output(const std::string& name, const std::string& command,
                 const std::vector<std::string>& compilers = {"gcc", "g++", "clang", "clang++"}) {
  return {.name = name,
          .files = kPlain,
          .steps = cold_and_warm("$CC " + command),
          .compilers = compilers};
}

Case not_restored(const std::string& name, const std::string& options, const std::string& reason,
                  const std::vector<std::string>& compilers) {
  return {.name = name,
          .files = kPlain,
          .steps = twice("$CC " + options + " -c a.c -o a.o", "passed through: " + reason),
          .compilers = compilers};
}

std::vector<Case> side_output_cases() {
  return {
      side_output("SplitDebugInfo", "-g -gsplit-dwarf -c a.c -o a.o"),
      side_output("SplitDebugInfoNamedBySource", "-g -gsplit-dwarf -c a.c"),
      side_output("SplitDebugInfoInDirectory", "-g -gsplit-dwarf -c a.c -o \"$PWD/a.b.o\""),
      {.name = "SplitDebugInfoElsewhere",
       .files = kPlain,
       .steps = {{.command = "$CC -g -gsplit-dwarf -c a.c -o a.o", .outcome = "stored"},
                 {.command = "$CC -g -gsplit-dwarf -c a.c -o b.o", .outcome = "stored"},
                 {.command = "mkdir d; $CC -g -gsplit-dwarf -c a.c -o d/a.o", .outcome = "stored"},
                 {.command = "$CC -g -gsplit-dwarf -c a.c -o b.o", .outcome = "hit"}}},
      side_output("StackUsage", "-fstack-usage -c a.c -o a.o", kGcc),
      side_output("CallGraph", "-fcallgraph-info -c a.c -o a.o", kGcc),
      side_output("CoverageNotes", "--coverage -c a.c -o a.o", kClang),
      side_output("CoverageNotesWithSeed", "--coverage -frandom-seed=1 -c a.c -o a.o", kGcc),
      side_output("LinkTimeOptimised", "-flto -c a.c -o a.o", kClang),
      side_output("LinkTimeOptimisedWithSeed", "-flto -frandom-seed=1 -c a.c -o a.o", kGcc),
      side_output("AssemblerToldNoStack", "-Wa,--noexecstack -c a.c -o a.o"),
      not_restored("AssemblerListing", "-Wa,-adhln=a.lst -fno-integrated-as", "assembler_option",
                   {"clang"}),
      not_restored("AssemblerListingOfGcc", "-Wa,-adhln=a.lst", "assembler_option", kGcc),
      not_restored("Dumps", "-fdump-tree-original", "dump", kGcc),
      not_restored("PrototypesListed", "-aux-info a.X", "extra_output", {"gcc"}),
      not_restored("SerializedDiagnostics", "--serialize-diagnostics a.dia", "extra_output",
                   kClang),
      not_restored("CompilationDatabase", "-MJ a.json", "extra_output", kClang),
      not_restored("OptimisationRecord", "-O2 -fsave-optimization-record", "extra_output", kClang),
      not_restored("ObjectiveC", "-x objective-c", "unsupported_language", {"clang"}),
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
