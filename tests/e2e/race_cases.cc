#include "cases.h"

namespace larder::e2e {
namespace {

const Files kFiles = {{"a.c", "#include \"a.h\"\nint f(void) { return VALUE; }\n"},
                      {"one/other.h", "\n"},
                      {"two/a.h", "#define VALUE 1\n"}};

constexpr const char* kPlain = "$CC -Ione -Itwo -MD -c a.c -o a.o";

/// The same compile, run by `bin/meddle` where the bare compiler is, and by larder through it.
constexpr const char* kMeddled = R"([ -n "$LARDER" ] || set -- bin/meddle
LARDER_PREFIX_COMMAND=bin/meddle "$@" $CC -Ione -Itwo -MD -c a.c -o a.o)";

/// Makes `bin/meddle`, which runs a command, and what is given before and after it.
std::string meddle(const std::string& before, const std::string& after) {
  return "mkdir -p bin\ncat > bin/meddle <<'END'\n#!/bin/sh\n" + before + "\n\"$@\"\nstatus=$?\n" +
         after + "\nexit $status\nEND\nchmod +x bin/meddle";
}

/// Something happens while the compiler runs: nothing is stored, and nothing is wrong afterwards.
Case raced(const std::string& name, const std::string& before, const std::string& after,
           const std::string& outcome = "inputs_changed") {
  return {.name = name + "WhileCompiling",
          .files = kFiles,
          .steps = {{.change = meddle(before, after), .command = kMeddled, .outcome = outcome},
                    {.command = kPlain, .outcome = "stored"},
                    {.command = kPlain, .outcome = "hit"}}};
}

}  // namespace

std::vector<Case> race_cases() {
  const std::string edit = "echo '#define VALUE 2' > two/a.h";
  const std::string edit_source = "echo 'int g(void) { return 3; }' >> a.c";
  return {
      raced("HeaderEditedFirst", edit, ""),
      raced("HeaderEditedLast", "", edit),
      raced("HeaderEditedBack", edit, "echo '#define VALUE 1' > two/a.h"),
      raced("HeaderEditedBackAndTouchedBack", "cp -p two/a.h \"$ROOT/a.h\"\n" + edit,
            "cat \"$ROOT/a.h\" > two/a.h\ntouch -r \"$ROOT/a.h\" two/a.h"),
      raced("HeaderReplaced", "", "echo '#define VALUE 2' > new.h\nmv new.h two/a.h"),
      raced("SourceEditedFirst", edit_source, ""),
      raced("SourceEditedLast", "", edit_source),
      raced("HeaderAppearsEarlier", "", "echo '#define VALUE 3' > one/a.h"),
      raced("HeaderAppearsBesideSource", "", "echo '#define VALUE 3' > a.h"),
      // What nobody looks for does not matter.
      {.name = "UnrelatedFileAppearsWhileCompiling",
       .files = kFiles,
       .steps = {{.change = meddle("", ": > unrelated"), .command = kMeddled, .outcome = "stored"},
                 {.command = kPlain, .outcome = "hit"}}},
  };
}

}  // namespace larder::e2e
