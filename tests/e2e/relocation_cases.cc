#include "cases.h"

namespace larder::e2e {
namespace {

const std::string kSource =
    "#include \"a.h\"\n#include <stddef.h>\nint f(void) { int unused; return VALUE; }\n";

/// A checkout of a project, and what lies in `outside`.
Files checkout(Files more = {}) {
  Files files = {
      {"one/.larder.toml", ""}, {"one/src/a.c", kSource}, {"one/include/a.h", "#define VALUE 1\n"}};
  for (const auto& [path, text] : more) {
    files[path.starts_with("outside/") ? path : "one/" + path] = text;
  }
  return files;
}

/// Another checkout: what the first step makes of the first one.
constexpr const char* kCopy = "mkdir -p elsewhere; cp -a one elsewhere/and-a-longer-name";

std::string in_first(const std::string& command) { return "cd one && " + command; }
std::string in_second(const std::string& command) {
  return "cd elsewhere/and-a-longer-name && " + command;
}

/// `command` in one checkout, then in another, where it has `outcome`; then in each once more.
std::vector<Step> in_both(const std::string& command, const std::string& outcome,
                          const std::string& copy = kCopy) {
  return {{.change = copy, .command = in_first(command), .outcome = "stored"},
          {.command = in_second(command), .outcome = outcome},
          {.command = in_first(command), .outcome = "hit"},
          {.command = in_second(command), .outcome = "hit"}};
}

/// A compile that names absolute paths, with options.
std::string absolute(const std::string& options) {
  return "$CC " + options + " -I$PWD/include -c $PWD/src/a.c -o a.o";
}

Case shared(const std::string& name, const std::string& options, Files more = {}) {
  return {
      .name = name, .files = checkout(std::move(more)), .steps = in_both(absolute(options), "hit")};
}

Case apart(const std::string& name, const std::string& options, Files more = {}) {
  return {.name = name,
          .files = checkout(std::move(more)),
          .steps = in_both(absolute(options), "stored"),
          .compilers = {"gcc", "clang++"}};
}

const std::string kModules = "-std=c++20 -fmodules-ts -fmodule-mapper=$PWD/a.modmap -MD";

/// Makes a module of the second checkout's header, where its mapper has gcc look for it.
const std::string kModuleOfSecond = kCopy + std::string(R"sh(
export SOURCE_DATE_EPOCH=1
cd elsewhere/and-a-longer-name
$COMPILER -std=c++20 -fmodules-ts -x c++-header $PWD/include/a.h
mv gcm.cache/* .)sh");

/// Header names of many lengths, so that depfiles break their lines wherever they can.
Files many_headers() {
  Files files;
  std::string includes;
  for (std::size_t i = 1; i <= 40; ++i) {
    const std::string name = std::string(i, 'h') + ".h";
    files["include/" + name] = "";
    includes += "#include \"" + name + "\"\n";
  }
  files["src/a.c"] = includes;
  return files;
}

std::vector<Case> shared_cases() {
  return {
      shared("CheckoutsShare", ""),
      shared("CheckoutsShareWarnings", "-Wall"),
      shared("CheckoutsShareColouredWarnings", "-Wall -fdiagnostics-color=always"),
      shared("CheckoutsShareDepfiles", "-MD -MP"),
      shared("CheckoutsShareDepfilesOfManyHeaders", "-MMD -MP", many_headers()),
      shared("CheckoutsShareDepfilesWithAbsoluteTargets", "-MD -MT $PWD/a.o -MT other -MQ $PWD/b"),
      shared("CheckoutsShareDebugInformationThatIsMapped", "-g -ffile-prefix-map=$PWD=/src -MD"),
      shared("CheckoutsShareFileNamesThatAreMapped", "-fmacro-prefix-map=$PWD=.",
             {{"src/a.c", "#include \"a.h\"\nconst char* f(void) { return __FILE__; }\n"}}),
      shared("CheckoutsShareUnlessMacrosUseFileNames", "-isystem $ROOT/work/outside",
             {{"outside/o.h", "#define HERE __FILE__\n"},
              {"src/a.c", "#include <o.h>\nint f(void) { return 1; }\n"}}),
      {.name = "CheckoutsShareScannedSources",
       .files = checkout({{"a.modmap", "$root .\n"}}),
       .steps = in_both(absolute(kModules), "hit"),
       .compilers = {"g++"}},
      {.name = "CheckoutsShareInABuildDirectory",
       .files = checkout({{"build/x/y", ""}}),
       .steps = in_both("cd build/x && $CC -Wall -MD -I../../include -isystem $PWD/../../src "
                        "-include $PWD/../../include/a.h -c $PWD/../../src/a.c -o a.o",
                        "hit")},
      {.name = "CheckoutsShareDebugInformationMappedToRelative",
       .files = checkout({{"build/x", ""}}),
       .steps = in_both("root=$PWD && cd build && $CC -g3 -ffile-prefix-map=$root/= "
                        "-I$root/include -c $root/src/a.c -o a.o",
                        "hit")},
      {.name = "CheckoutsOfGitShare",
       .files = {{"one/.git/HEAD", ""},
                 {"one/src/a.c", kSource},
                 {"one/include/a.h", ""},
                 {"one/src/.keep", ""}},
       .steps = in_both(absolute("-DVALUE=1"), "hit")},
      {.name = "CheckoutsShareRelativeDebugInformationThatIsMapped",
       .files = checkout(),
       .steps = in_both("$CC -g -ffile-prefix-map=$PWD=. -Iinclude -c src/a.c -o a.o", "hit")},
      {.name = "CheckoutsShareWhatIsRelocated",
       .files =
           checkout({{"src/a.c", "#include \"a.h\"\nconst char* f(void) { return __FILE__; }\n"}}),
       .steps = in_both("if [ \"$LARDER\" ]; then export LARDER_RELOCATE=1; "
                        "else CC=\"$CC -ffile-prefix-map=$PWD=.\"; fi; " +
                            absolute("-g -MD"),
                        "hit")},
      {.name = "CheckoutsShareWhatIsRelocatedByUsersOwnMap",
       .files = checkout(),
       .steps =
           in_both("export LARDER_RELOCATE=1; " + absolute("-g -ffile-prefix-map=$PWD=/x"), "hit")},
  };
}

std::vector<Case> apart_cases() {
  const std::string kFile =
      "#include \"a.h\"\nunsigned long f(void) { return sizeof(__FILE__); }\n";
  return {
      {.name = "ModuleOfAHeaderOfTheOtherCheckout",
       .files = checkout({{"a.modmap", "$root .\n"}}),
       .steps = {{.change = kModuleOfSecond,
                  .command = in_first(absolute(kModules)),
                  .outcome = "stored"},
                 {.command = in_second(absolute(kModules)), .outcome = "dependencies_unknown"},
                 {.command = in_first(absolute(kModules)), .outcome = "hit"}},
       .compilers = {"g++"}},
      apart("FileNameInTheOutput", "",
            {{"src/a.c", "#include \"a.h\"\nconst char* f(void) { return __FILE__; }\n"}}),
      apart("LengthOfAFileName", "", {{"src/a.c", kFile}}),
      apart("LengthOfAFileNameInAHeader", "",
            {{"include/a.h", "static unsigned long g(void) { return sizeof(__FILE__); }\n"},
             {"src/a.c", "#include \"a.h\"\nunsigned long f(void) { return g(); }\n"}}),
      apart("LengthOfTheBaseFileName", "",
            {{"src/a.c",
              "#include \"a.h\"\nunsigned long f(void) { return sizeof(__BASE_FILE__); }\n"}}),
      apart("LengthOfAFileNameByAnOutsidersMacro", "-isystem $ROOT/work/outside",
            {{"outside/o.h", "#define HERE /* ' */ \\\n  sizeof(__FILE__)\n#define SIZE HERE\n"},
             {"src/a.c", "#include <o.h>\nunsigned long f(void) { return SIZE; }\n"}}),
      apart("LengthOfAFileNameByTheCommandLine", "'-DSIZE=sizeof(__FILE__)'",
            {{"src/a.c", "unsigned long f(void) { return SIZE; }\n"}}),
      apart(
          "LengthOfTheCallersFileName", "",
          {{"src/a.c", "unsigned long f(void) { return __builtin_strlen(__builtin_FILE()); }\n"}}),
      apart("FileNameSplicedTogether", "",
            {{"src/a.c", "unsigned long f(void) { return sizeof(__FI\\\nLE__); }\n"}}),
      apart("DebugInformationThatHoldsThePath", "-g"),
      apart("DebugInformationOfWhichAPartIsMapped", "-g -ffile-prefix-map=$PWD/src=."),
      apart("CompressedDebugInformation", "-g -gz -ffile-prefix-map=$PWD=."),
      apart("CoverageThatIsMapped", "--coverage -frandom-seed=1 -ffile-prefix-map=$PWD=."),
      apart("PartOfTheRootMapped", "-g -ffile-prefix-map=$PWD=. -ffile-prefix-map=$ROOT=/x"),
      apart("RootInAnArgument", "-DPATH=\\\"$PWD\\\""),
      {.name = "PathOfOneCheckoutInTheOther",
       .files = checkout({{"src/a.c", "#include \"a.h\"\nconst char* p = PATH;\n"}}),
       .steps = in_both(absolute("-DPATH=\\\"$ROOT/work/one\\\""), "stored")},
      {.name = "HeaderThatHoldsThePath",
       .files = checkout({{"src/a.c", "#include \"a.h\"\nconst char* p = PATH;\n"}}),
       .steps = in_both(
           absolute(""), "stored",
           "echo \"#define PATH \\\"$PWD/one\\\"\" >one/include/a.h\n" + std::string(kCopy))},
      {.name = "NoRoot",
       .files = {{"one/src/a.c", kSource}, {"one/include/a.h", "#define VALUE 1\n"}},
       .steps = in_both(absolute(""), "stored")},
      {.name = "CheckoutBehindALink",
       .files = checkout(),
       .steps = {{.change = "ln -s one link",
                  .command = in_first(absolute("-MD")),
                  .outcome = "stored"},
                 {.command = "cd link && " + absolute("-MD"), .outcome = "stored"}}},
      {.name = "DirectoryNamedAsTheMark",
       .files = checkout({{"<root>/b.h", ""}, {"src/a.c", "#include \"b.h\"\n"}}),
       .steps = in_both(absolute("'-I<root>'"), "stored")},
  };
}

std::vector<Case> edit_cases() {
  const std::string compile = absolute("-Wall -MD");
  const std::string second = "elsewhere/and-a-longer-name/";
  return {
      {.name = "HeaderEditedInTheOtherCheckout",
       .files = checkout(),
       .steps = {{.change = kCopy, .command = in_first(compile), .outcome = "stored"},
                 {.change = "echo '#define VALUE 2' >" + second + "include/a.h",
                  .command = in_second(compile),
                  .outcome = "stored"},
                 {.command = in_first(compile), .outcome = "hit"},
                 {.command = in_second(compile), .outcome = "hit"}}},
      {.name = "HeaderAppearsInTheOtherCheckout",
       .files = checkout(),
       .steps = {{.change = kCopy, .command = in_first(compile), .outcome = "stored"},
                 {.change = "echo '#define VALUE 2' >" + second + "src/a.h",
                  .command = in_second(compile),
                  .outcome = "stored"},
                 {.command = in_first(compile), .outcome = "hit"}}},
      {.name = "OtherCheckoutHasAHeaderLess",
       .files = checkout({{"src/a.c",
                           "#if __has_include(\"b.h\")\n#include \"b.h\"\n#else\n"
                           "int b;\n#endif\n"},
                          {"src/b.h", "int b = 1;\n"}}),
       .steps = {{.change = kCopy, .command = in_first(compile), .outcome = "stored"},
                 {.change = "rm " + second + "src/b.h",
                  .command = in_second(compile),
                  .outcome = "stored"},
                 {.command = in_first(compile), .outcome = "hit"},
                 {.command = in_second(compile), .outcome = "hit"}}},
      {.name = "NamelessInitialiser",  // which gcc names by the source's path
       .files = checkout(
           {{"src/a.c", "extern int g(void);\nnamespace { struct S { S() { g(); } } s; }\n"}}),
       .steps = {{.change = kCopy,
                  .command = in_first(absolute("-frandom-seed=1")),
                  .outcome = kAnyOutcome},
                 {.command = in_second(absolute("-frandom-seed=1")), .outcome = kAnyOutcome}},
       .compilers = {"g++", "clang++"}},
      {.name = "AssemblyOfCheckouts",  // clang says .file with the whole path
       .files = checkout(),
       .steps = {{.change = kCopy,
                  .command = in_first("$CC -I$PWD/include -S $PWD/src/a.c -o a.s"),
                  .outcome = kAnyOutcome},
                 {.command = in_second("$CC -I$PWD/include -S $PWD/src/a.c -o a.s"),
                  .outcome = kAnyOutcome}}},
      {.name = "RecordedCommandOfCheckouts",
       .files = checkout(),
       .steps = {{.change = kCopy,
                  .command = in_first(absolute("-frecord-gcc-switches")),
                  .outcome = kAnyOutcome},
                 {.command = in_second(absolute("-frecord-gcc-switches")),
                  .outcome = kAnyOutcome}}},
  };
}

}  // namespace

std::vector<Case> relocation_cases() {
  std::vector<Case> cases = shared_cases();
  for (auto* more : {&apart_cases, &edit_cases}) {
    for (Case& it : (*more)()) cases.push_back(std::move(it));
  }
  return cases;
}

}  // namespace larder::e2e
