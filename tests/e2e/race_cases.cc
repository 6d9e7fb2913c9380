#include "cases.h"

namespace larder::e2e {
namespace {

const Files kFiles = {{"a.c", "#include \"a.h\"\nint f(void) { return VALUE; }\n"},
                      {"one/other.h", "\n"},
                      {"two/a.h", "#define VALUE 1\n"}};

constexpr const char* kPlain = "$CC -Ione -Itwo -MD -c a.c -o a.o";

/// A compile that is run by `bin/meddle` where the bare compiler is, and by larder through it.
std::string meddled(const std::string& compile) {
  return "[ -n \"$LARDER\" ] || set -- bin/meddle\nLARDER_PREFIX_COMMAND=bin/meddle \"$@\" " +
         compile;
}

/// Makes `bin/meddle`, which runs a command, and what is given before and after it.
std::string meddle(const std::string& before, const std::string& after) {
  return "mkdir -p bin\ncat > bin/meddle <<'END'\n#!/bin/sh\n" + before + "\n\"$@\"\nstatus=$?\n" +
         after + "\nexit $status\nEND\nchmod +x bin/meddle";
}

/// Something happens while the compiler runs: nothing is stored, and nothing is wrong afterwards.
Case raced(const std::string& name, const std::string& before, const std::string& after,
           const std::string& outcome = "inputs_changed") {
  return {
      .name = name + "WhileCompiling",
      .files = kFiles,
      .steps = {{.change = meddle(before, after), .command = meddled(kPlain), .outcome = outcome},
                {.command = kPlain, .outcome = "stored"},
                {.command = kPlain, .outcome = "hit"}}};
}

/// The same with modules on, where a compiled form of the header lies ready.
Case raced_with_modules(const std::string& name, const std::string& before,
                        const std::string& after, const std::string& outcome) {
  const std::string compile =
      "$CC -std=c++20 -fmodules-ts -fmodule-mapper=map -Ione -Itwo -MD -c a.c -o a.o";
  Case it = {.name = name + "WhileCompiling",
             .files = kFiles,
             .steps = {{.change = "export SOURCE_DATE_EPOCH=1\n"
                                  "$COMPILER -std=c++20 -fmodules-ts -x c++-header two/a.h\n"
                                  "mv gcm.cache/,/two/a.h.gcm \"$ROOT/a.gcm\"\nrm -r gcm.cache\n" +
                                  meddle(before, after),
                        .command = meddled(compile),
                        .outcome = outcome},
                       {.command = compile, .outcome = "stored"},
                       {.command = compile, .outcome = "hit"}},
             .compilers = {"g++"}};
  it.files["map"] = "$root .\n";
  return it;
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
       .steps = {{.change = meddle("", ": > unrelated"),
                  .command = meddled(kPlain),
                  .outcome = "stored"},
                 {.command = kPlain, .outcome = "hit"}}},
      raced_with_modules("MapperEdited", "", "echo '$root elsewhere' > map", "inputs_changed"),
      // It is imported, and gone when larder looks.
      raced_with_modules("ModuleOfAHeaderThere",
                         "mkdir ./, ./,/two && cp \"$ROOT/a.gcm\" ./,/two/a.h.gcm", "rm -r ./,",
                         "dependencies_unknown"),
  };
}

}  // namespace larder::e2e
