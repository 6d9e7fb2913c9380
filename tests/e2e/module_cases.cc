#include "cases.h"

namespace larder::e2e {
namespace {

const Files kScanned = {
    {"a.cc", "#include <cstddef>\n#include \"a.h\"\nstd::size_t f() { return VALUE; }\n"},
    {"a.h", "#include \"inc/b.h\"\n"},
    {"inc/b.h", "#define VALUE 1\n"},
    {"a.modmap", "$root .\n"},
};

const std::string kEdit = "echo '#define VALUE 2' > inc/b.h";

/// What CMake gives to gcc for a C++ source that it has scanned for modules.
const std::string kCompile =
    "$CC -std=c++20 -MD -MT a.o -MF a.d -fmodules-ts -fmodule-mapper=a.modmap -MD -x c++ -o a.o "
    "-c a.cc";

/// Makes a module of a header, where a mapper that names `directory` has gcc look for it.
std::string compile_header(const std::string& header, const std::string& directory = ".") {
  return "export SOURCE_DATE_EPOCH=1\n"  // a compiled module says when it was made
         "$COMPILER -std=c++20 -fmodules-ts -x c++-header " +
         header + "\nmkdir -p " + directory + "\ncp -r gcm.cache/* " + directory +
         "\nrm -r gcm.cache";
}

/// What depfiles say of a module that was imported, is said in words of make's.
constexpr const char* kImported = "dependencies_unknown";

Case compiled(const std::string& name, const std::string& options,
              const std::string& change = kEdit, const std::string& outcome = "stored") {
  const std::string command =
      "$CC -std=c++20 -fmodules-ts -fmodule-mapper=a.modmap " + options + " -o a.o -c a.cc";
  return {.name = "ScannedSource" + name,
          .files = kScanned,
          .steps = after_change(command, change, outcome),
          .compilers = {"g++"}};
}

/// A module of a header comes and goes.
Case imported(const std::string& name, const std::string& command, const std::string& change,
              const std::string& mapper = "\\$root .") {
  return {.name = "ModuleOfHeader" + name,
          .files = kScanned,
          .steps = {{.change = "echo \"" + mapper + "\" > a.modmap",
                     .command = command,
                     .outcome = "stored"},
                    {.command = command, .outcome = "hit"},
                    {.change = change, .command = command, .outcome = kImported},
                    {.command = command, .outcome = kImported},
                    {.change = "find . -name '*.gcm' -exec rm {} +",
                     .command = command,
                     .outcome = "hit"}},
          .compilers = {"g++"}};
}

std::vector<Case> cached_cases() {
  return {
      compiled("", "-MD -MT a.o -MF a.d -MD -x c++"),
      compiled("WithUserDepfile", "-MMD"),
      compiled("WithoutDepfile", ""),
      compiled("WithDebugInformation", "-g -MD"),
      compiled("WithForcedHeader", "-include inc/b.h"),
      compiled("MapperNamesAnotherDirectory", "-MD", "echo '$root elsewhere' > a.modmap"),
      compiled("MapperIsTouched", "-MD", "echo '$root .' > a.modmap", "hit"),
      {.name = "ScannedSourceMapperMaps",
       .files = kScanned,
       .steps = {{.command = kCompile, .outcome = "stored"},
                 {.change = "echo 'm m.gcm' >> a.modmap",
                  .command = kCompile,
                  .outcome = "passed through: modules"},
                 {.change = "echo '$root .' > a.modmap", .command = kCompile, .outcome = "hit"}},
       .compilers = {"g++"}},
      // Where nothing is mapped, nothing can be imported by name.
      {.name = "ScannedSourceComesToImport",
       .files = kScanned,
       .steps = {{.command = kCompile, .outcome = "stored"},
                 {.change = "echo 'import \"a.h\";' >> a.cc\n" + compile_header("a.h") +
                            "\nmv ./, elsewhere",
                  .command = kCompile,
                  .outcome = "compiles_failed"}},
       .compilers = {"g++"}},
      {.name = "ScannedSourceComesToBeginAModule",
       .files = kScanned,
       .steps = {{.command = kCompile, .outcome = "stored"},
                 {.change = "sed -i '1i module;' inc/b.h",
                  .command = kCompile,
                  .outcome = "compiles_failed"}},
       .compilers = {"g++"}},
  };
}

std::vector<Case> imported_cases() {
  const std::string absolute =
      "$CC -std=c++20 -fmodules-ts -fmodule-mapper=a.modmap -I$PWD/inc "
      "-include b.h -MD -o a.o -c $PWD/a.cc";
  return {
      imported("Appears", kCompile, compile_header("a.h")),
      imported("OfHeaderAppears", kCompile, compile_header("inc/b.h")),
      imported("OfTheSystemAppears", kCompile, compile_header("-x c++-system-header cstddef")),
      imported("AtAnAbsolutePathAppears", absolute, compile_header("$PWD/a.h")),
      imported("AppearsWithUserDepfile",
               "$CC -std=c++20 -fmodules-ts -fmodule-mapper=a.modmap -MMD -c a.cc",
               compile_header("a.h")),
      imported("AppearsWithoutDepfile",
               "$CC -std=c++20 -fmodules-ts -fmodule-mapper=a.modmap -c a.cc",
               compile_header("a.h")),
      imported("AppearsInADirectoryThatWasNotThere", kCompile, compile_header("a.h", "new/modules"),
               "\\$root new/modules"),
      imported("AppearsInADirectoryElsewhere", kCompile, compile_header("a.h", "modules"),
               "\\$root $PWD/modules"),
      {.name = "ModuleOfHeaderIsThere",
       .files = kScanned,
       .steps = {{.change = compile_header("a.h"), .command = kCompile, .outcome = kImported},
                 {.command = kCompile, .outcome = kImported},
                 {.change = "rm -r ./,", .command = kCompile, .outcome = "stored"},
                 {.command = kCompile, .outcome = "hit"}},
       .compilers = {"g++"}},
      // A header that is not read could be tomorrow, as far as larder knows.
      {.name = "ModuleOfHeaderInABranchNotTaken",
       .files = {{"a.cc", "#ifdef X\n#include \"a.h\"\n#endif\nint f() { return 1; }\n"},
                 {"a.h", ""},
                 {"a.modmap", "$root .\n"}},
       .steps = {{.change = compile_header("a.h"),
                  .command = kCompile,
                  .outcome = "inputs_unsuitable"}},
       .compilers = {"g++"}},
  };
}

}  // namespace

std::vector<Case> module_cases() {
  std::vector<Case> all = cached_cases();
  for (const Case& it : imported_cases()) all.push_back(it);
  return all;
}

}  // namespace larder::e2e
