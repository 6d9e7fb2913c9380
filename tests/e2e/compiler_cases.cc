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

/// Defines `install DIRECTORY`, which makes a compiler of its own in `DIRECTORY/bin`: its driver is
/// a copy, what that finds beside itself are links to what the real one finds.
const std::string kInstall = R"sh(install() {
  mkdir -p "$1/bin"
  cp "$(readlink -f "$(command -v $COMPILER)")" "$1/bin/$COMPILER"
  case $COMPILER in
    clang*)
      parts=$($COMPILER -print-resource-dir)
      place=$1/lib/clang/$(basename "$parts") ;;
    *)
      parts=$(dirname "$($COMPILER -print-prog-name=cc1)")
      place=$1/lib/gcc/$($COMPILER -dumpmachine)/$(basename "$parts") ;;
  esac
  mkdir -p "$place"
  ln -s "$parts"/* "$place"
}
)sh";

/// Defines `give_header DIRECTORY VALUE`: its only one.
const std::string kGiveHeader = R"sh(give_header() {
  case $COMPILER in
    clang*) place=$(echo "$1"/lib/clang/*)/include ;;
    *) place=$(echo "$1"/lib/gcc/*/*)/include ;;
  esac
  rm "$place"
  mkdir "$place"
  echo "#define VALUE $2" > "$place/value.h"
}
)sh";

/// Defines `give_assembler DIRECTORY VALUE`: one that only that compiler finds.
const std::string kGiveAssembler = R"sh(give_assembler() {
  case $COMPILER in
    clang*) place=$1/bin/as ;;
    *) place=$(echo "$1"/lib/gcc/*/*)/as ;;
  esac
  printf '#!/bin/sh\nexec %s --defsym VALUE=%s "$@"\n' "$(command -v as)" "$2" > "$place"
  chmod +x "$place"
}
)sh";

/// Defines `give_compiler DIRECTORY VALUE`: the same for gcc's compiler proper.
const std::string kGiveCompiler = R"sh(give_compiler() {
  for name in cc1 cc1plus; do
    place=$(echo "$1"/lib/gcc/*/*)/$name
    rm -f "$place"
    printf '#!/bin/sh\nexec %s "$@" -UVALUE -DVALUE=%s\n' \
      "$($COMPILER -print-prog-name=$name)" "$2" > "$place"
    chmod +x "$place"
  done
}
)sh";

/// The same compile by the compilers in two directories, then by one in a third that differs.
std::vector<Step> two_alike(const std::string& prepare, const std::string& arguments) {
  const auto by = [&](const std::string& directory) {
    return "$LAUNCHER " + directory + "/bin/$COMPILER " + arguments;
  };
  return {{.change = prepare, .command = by("x"), .outcome = "stored"},
          {.command = by("x"), .outcome = "hit"},
          {.command = by("y"), .outcome = "hit"},
          {.command = by("z"), .outcome = "stored"},
          {.command = by("z"), .outcome = "hit"}};
}

std::vector<Case> copy_cases() {
  const Files assembles = {{"a.c", "__asm__(\".long VALUE\");\n"}};
  const std::string assemble =
      "$(case $COMPILER in clang*) echo -fno-integrated-as "
      "-resource-dir=$($COMPILER -print-resource-dir); esac) -nostdinc -c a.c -o a.o";
  return {
      {.name = "CompilerInOtherDirectory",
       .files = assembles,
       .steps = two_alike(kInstall + kGiveAssembler + R"(for i in x y z; do install $i; done
give_assembler x 1
give_assembler y 1
give_assembler z 2)",
                          assemble)},
      {.name = "CompilerWithOtherCompilerProper",
       .files = kUsesValue,
       .steps = two_alike(kInstall + kGiveCompiler + R"(for i in x y z; do install $i; done
give_compiler x 1
give_compiler y 1
give_compiler z 2)",
                          "-nostdinc -c a.c -o a.o"),
       .compilers = {"gcc", "g++"}},
      {.name = "CompilerBehindLink",
       .files = {{"a.c", "#include <stdarg.h>\nint f(void) { return 1; }\n"}},
       .steps = two_alike(R"sh(mkdir -p x/bin y/bin
ln -s "$(command -v $COMPILER)" x/bin
ln -s ../../x/bin/$COMPILER y/bin
)sh" + kInstall + "install z",
                          "-g -MD -c a.c -o a.o")},
      {.name = "CompilerBesideOtherHeaders",
       .files = {{"a.c", "#include <value.h>\nint f(void) { return VALUE; }\n"}},
       .steps = {{.change = kInstall + kGiveHeader + R"(for i in x y; do install $i; done
give_header x 1
give_header y 2)",
                  .command = "$LAUNCHER x/bin/$COMPILER -c a.c",
                  .outcome = "stored"},
                 {.command = "$LAUNCHER y/bin/$COMPILER -c a.c", .outcome = "stored"},
                 {.command = "$LAUNCHER x/bin/$COMPILER -c a.c", .outcome = "hit"},
                 {.command = "$LAUNCHER y/bin/$COMPILER -c a.c", .outcome = "hit"}}},
      {.name = "CompilerBesideOtherIgnoreList",
       .files = {{"a.c", "int f(int* p) { return p[1]; }\n"}},
       .steps = {{.change = kInstall + R"sh(for i in x y; do install $i; done
rm y/lib/clang/*/share
cp -rL x/lib/clang/*/share y/lib/clang/*
list=$(echo y/lib/clang/*/share/asan_ignorelist.txt)
echo 'fun:*f*' >> "$list")sh",
                  .command = "$LAUNCHER x/bin/$COMPILER -nostdinc -fsanitize=address -c a.c",
                  .outcome = "stored"},
                 {.command = "$LAUNCHER y/bin/$COMPILER -nostdinc -fsanitize=address -c a.c",
                  .outcome = "stored"},
                 {.command = "$LAUNCHER y/bin/$COMPILER -nostdinc -fsanitize=address -c a.c",
                  .outcome = "hit"}},
       .compilers = {"clang", "clang++"}},
      {.name = "DriverWarnsUnderOtherName",
       .files = kUsesValue,
       .steps = {{.change = "mkdir bin\nln -s \"$(command -v $COMPILER)\" bin/other-$COMPILER",
                  .command = "$CC -DVALUE=1 -mcpu=haswell -c a.c",
                  .outcome = "stored"},
                 {.command = "$LAUNCHER bin/other-$COMPILER -DVALUE=1 -mcpu=haswell -c a.c",
                  .outcome = "stored"},
                 {.command = "$CC -DVALUE=1 -mcpu=haswell -c a.c", .outcome = "hit"}},
       .compilers = {"gcc", "g++"}},
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
  for (const auto& part : {copy_cases(), call_cases(), setting_cases()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace larder::e2e
