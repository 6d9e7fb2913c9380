#include "cases.h"

namespace larder::e2e {
namespace {

const Files kUsesValue = {{"a.c", "int f(void) { return VALUE; }\n"}};

/// Makes `bin/$COMPILER` of a script around the real one.
std::string script_with(const std::string& value) {
  return "mkdir -p bin\n"
         "printf '#!/bin/sh\\nexec %s -DVALUE=" +
         value + " \"$@\"\\n' \"$(command -v $COMPILER)\" > bin/$COMPILER\nchmod +x bin/$COMPILER";
}

/// Makes `bin/$COMPILER` a program that runs the real one.
const std::string kBuildProgram = R"(mkdir bin
cat > driver.c <<'END'
#include <unistd.h>
int main(int argc, char** argv) {
  static char real[] = REAL;
  static char define[] = "-DVALUE=1";
  char* words[64] = {real, define};
  for (int i = 1; i < argc && i < 62; ++i) words[i + 1] = argv[i];
  return execv(REAL, words);
}
END
$COMPILER -DREAL="\"$(command -v $COMPILER)\"" driver.c -o bin/$COMPILER)";

/// Another program of the same size and modification time in the same file.
const std::string kPatchProgram = R"(touch -r bin/$COMPILER "$ROOT/time"
sed s/-DVALUE=1/-DVALUE=2/ bin/$COMPILER > "$ROOT/patched"
cat "$ROOT/patched" > bin/$COMPILER
touch -r "$ROOT/time" bin/$COMPILER)";

std::vector<Case> change_cases() {
  const std::string compile = "$LAUNCHER bin/$COMPILER -c a.c -o a.o";
  const std::string assemble =
      "case $COMPILER in clang*) own=-fno-integrated-as ;; *) own= ;; esac\n"
      "$CC $own -B\"$PWD/bin\" -c a.c -o a.o";
  const std::string assembler =
      "mkdir -p bin\nprintf '#!/bin/sh\\nexec %s --defsym VALUE=1 \"$@\"\\n' \"$(command -v as)\" "
      "> bin/as\nchmod +x bin/as";
  const std::string proper =
      "mkdir -p bin\ncase $COMPILER in *++*) name=cc1plus ;; *) name=cc1 ;; esac\n"
      "printf '#!/bin/sh\\nexec %s \"$@\" -UVALUE -DVALUE=1\\n' "
      "\"$($COMPILER -print-prog-name=$name)\" > bin/$name\nchmod +x bin/$name";
  return {
      {.name = "CompilerIsScript",
       .files = kUsesValue,
       .steps = {{.change = script_with("1"), .command = compile, .outcome = "stored"},
                 {.command = compile, .outcome = "hit"},
                 {.change = script_with("2"), .command = compile, .outcome = "stored"},
                 {.change = script_with("1"), .command = compile, .outcome = "hit"}}},
      {.name = "CompilerEditedInPlace",
       .files = kUsesValue,
       .steps = {{.change = kBuildProgram, .command = compile, .outcome = "stored"},
                 {.command = compile, .outcome = "hit"},
                 {.change = kPatchProgram, .command = compile, .outcome = "stored"},
                 {.command = compile, .outcome = "hit"}}},
      {.name = "AssemblerChanges",
       .files = {{"a.c", "__asm__(\".long VALUE\");\n"}},
       .steps = {{.change = assembler, .command = assemble, .outcome = "stored"},
                 {.command = assemble, .outcome = "hit"},
                 {.change = "sed -i s/VALUE=1/VALUE=2/ bin/as",
                  .command = assemble,
                  .outcome = "stored"}}},
      {.name = "CompilerProperChanges",
       .files = kUsesValue,
       .steps = {{.change = proper, .command = "$CC -Bbin/ -c a.c -o a.o", .outcome = "stored"},
                 {.command = "$CC -Bbin/ -c a.c -o a.o", .outcome = "hit"},
                 {.change = "sed -i s/VALUE=1/VALUE=2/ bin/cc1*",
                  .command = "$CC -Bbin/ -c a.c -o a.o",
                  .outcome = "stored"},
                 {.change = "rm bin/cc1*",
                  .command = "$CC -Bbin/ -DVALUE=1 -c a.c -o a.o",
                  .outcome = "stored"},
                 {.change = proper,
                  .command = "$CC -Bbin/ -DVALUE=1 -c a.c -o a.o",
                  .outcome = "stored"}},
       .compilers = {"gcc", "g++"}},
      {.name = "AssemblerAppearsInPrefix",
       .files = {{"a.c", "__asm__(\".ifndef VALUE\\n.set VALUE,3\\n.endif\\n.long VALUE\");\n"}},
       .steps = {{.change = "mkdir bin", .command = assemble, .outcome = "stored"},
                 {.command = assemble, .outcome = "hit"},
                 {.change = assembler, .command = assemble, .outcome = "stored"},
                 {.change = "rm bin/as", .command = assemble, .outcome = "hit"}}},
      {.name = "AssemblerAppearsInPath",
       .files = {{"a.c", "__asm__(\".ifndef VALUE\\n.set VALUE,3\\n.endif\\n.long VALUE\");\n"}},
       .steps = {{.change = "mkdir bin",
                  .command = "PATH=$PWD/bin:$PATH $CC -c a.c",
                  .outcome = "stored"},
                 {.command = "PATH=$PWD/bin:$PATH $CC -c a.c", .outcome = "hit"},
                 {.change = assembler,
                  .command = "PATH=$PWD/bin:$PATH $CC -c a.c",
                  .outcome = "stored"}},
       .compilers = {"gcc", "g++"}},
      {.name = "OtherCompilerFirstInPath",
       .files = kUsesValue,
       .steps = {{.command = "$CC -DVALUE=3 -c a.c", .outcome = "stored"},
                 {.change = script_with("1"),
                  .command = "PATH=$PWD/bin:$PATH $CC -UVALUE -DVALUE=3 -c a.c",
                  .outcome = "stored"}}},
      {.name = "CompilerIsNone",
       .files = kUsesValue,
       .steps = {{.change =
                      "mkdir bin\nprintf '#!/bin/sh\\ncp a.c a.o\\n' > bin/gcc\nchmod +x bin/gcc",
                  .command = "$LAUNCHER bin/gcc -c a.c -o a.o",
                  .outcome = "cache_errors"}},
       .compilers = {"gcc"}},
  };
}

/// Links named as compilers, in a directory that leads PATH when larder is tried.
const std::string kLinks = R"(rm -rf "$ROOT/bin"
mkdir "$ROOT/bin"
[ -z "$LARDER" ] || ln -s "$LARDER" "$ROOT/bin/$COMPILER")";

std::vector<Case> call_cases() {
  const Files files = {{"a.c", "int f(void) { int unused; return 1; }\n"}};
  return {
      {.name = "CalledByLinkInPath",
       .files = files,
       .steps = {{.change = kLinks,
                  .command = "PATH=$ROOT/bin:$PATH $COMPILER -Wall -c a.c",
                  .outcome = "stored"},
                 {.command = "PATH=$ROOT/bin:$PATH $COMPILER -Wall -c a.c", .outcome = "hit"},
                 {.command = "$CC -Wall -c a.c", .outcome = "hit"}}},
      {.name = "CalledByLinkWithPath",
       .files = files,
       .steps = {{.change = kLinks,
                  .command = "${LARDER:+$ROOT/bin/}$COMPILER -Wall -c a.c",
                  .outcome = "stored"},
                 {.command = "$CC -Wall -c a.c", .outcome = "hit"}}},
      {.name = "CalledByLinkToLink",
       .files = files,
       .steps = {{.change = kLinks + "\nmkdir -p \"$ROOT/bin/two\"\n"
                                     "ln -s \"../$COMPILER\" \"$ROOT/bin/two/$COMPILER\"",
                  .command = "PATH=${LARDER:+$ROOT/bin/two:}$PATH $COMPILER -Wall -c a.c",
                  .outcome = "stored"},
                 {.command = "$CC -Wall -c a.c", .outcome = "hit"}}},
      {.name = "SkipsOtherCaches",
       .files = files,
       .steps = {{.change = "rm -rf \"$ROOT/bin\"\nmkdir \"$ROOT/bin\"\n"
                            "printf '#!/bin/sh\\nexit 9\\n' > \"$ROOT/bin/ccache\"\n"
                            "chmod +x \"$ROOT/bin/ccache\"\n"
                            "ln -s ccache \"$ROOT/bin/$COMPILER\"",
                  .command = "PATH=${LARDER:+$ROOT/bin:}$PATH $CC -Wall -c a.c",
                  .outcome = "stored"}}},
      {.name = "Wrapped",
       .files = files,
       .steps = {{.command = "${LARDER:+$LARDER wrap} $COMPILER -Wall -c a.c", .outcome = "stored"},
                 {.command = "${LARDER:+$LARDER wrap --} $COMPILER -Wall -c a.c", .outcome = "hit"},
                 {.command = "$CC -Wall -c a.c", .outcome = "hit"}}},
      {.name = "WrappedUnderCommandName",
       .files = files,
       .steps = {{.change = "mkdir bin\nln -s \"$(command -v gcc)\" bin/stats",
                  .command = "PATH=$PWD/bin:$PATH; ${LARDER:+$LARDER wrap} stats -Wall -c a.c",
                  .outcome = "stored"}},
       .compilers = {"gcc"}},
      {.name = "CalledByAbsolutePath",
       .files = files,
       .steps = cold_and_warm("$LAUNCHER \"$(command -v $COMPILER)\" -Wall -c a.c")},
  };
}

std::vector<Case> setting_cases() {
  const Files files = {{"a.c", "int f(void) { return 1; }\n"}, {"extra", "1\n"}};
  return {
      {.name = "Disabled",
       .files = files,
       .steps = {{.command = "LARDER_DISABLE=1 $CC -c a.c"},
                 {.command = "$CC -c a.c", .outcome = "stored"},
                 {.command = "LARDER_DISABLE=1 $CC -c a.c"}}},
      {.name = "Recached",
       .files = files,
       .steps = {{.command = "$CC -c a.c", .outcome = "stored"},
                 {.command = "LARDER_RECACHE=1 $CC -c a.c", .outcome = "stored"},
                 {.command = "$CC -c a.c", .outcome = "hit"}}},
      {.name = "ReadOnly",
       .files = files,
       .steps = {{.command = "LARDER_READONLY=1 $CC -c a.c"},
                 {.command = "$CC -c a.c", .outcome = "stored"},
                 {.command = "LARDER_READONLY=1 $CC -c a.c"}}},
      {.name = "ExtraFileEdited",
       .files = files,
       .steps = after_change("LARDER_EXTRA_FILES=$PWD/extra $CC -c a.c", "echo 2 > extra")},
      {.name = "PrefixCommand",
       .files = files,
       .steps =
           {{.change =
                 "mkdir bin\nprintf '#!/bin/sh\\necho ran >> \"$ROOT/prefix\"\\nexec \"$@\"\\n' "
                 "> bin/prefix\nchmod +x bin/prefix\nrm -f \"$ROOT/prefix\"",
             .command = "LARDER_PREFIX_COMMAND=bin/prefix $CC -c a.c",
             .outcome = "stored"},
            {.command = "LARDER_PREFIX_COMMAND=bin/prefix $CC -c a.c; "
                        "[ -z \"$LARDER\" ] || [ \"$(cat $ROOT/prefix)\" = ran ]",
             .outcome = "hit"}}},
  };
}

}  // namespace

std::vector<Case> compiler_cases() {
  std::vector<Case> all = change_cases();
  for (const auto& part : {call_cases(), setting_cases()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace larder::e2e
