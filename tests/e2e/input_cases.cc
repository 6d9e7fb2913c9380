#include "cases.h"

namespace larder::e2e {
namespace {

const std::vector<std::string> kGcc = {"gcc", "g++"};
const std::vector<std::string> kClang = {"clang", "clang++"};

const Files kUsesValue = {{"a.c", "int f(void) { return VALUE; }\n"}};

/// A file that an option names is edited.
Case edited(const std::string& name, const std::string& options, const std::string& edit,
            const std::string& text) {
  return {.name = name + "Edited",
          .files = {{"a.c", "int g(int x) { return x; }\nint f(int* p) { return g(*p); }\n"},
                    {"list", text}},
          .steps = after_change("$CC " + options + " -c a.c -o a.o", edit),
          .compilers = kClang};
}

/// The same twice, passed through, with the file edited in between.
Case passed(const std::string& name, const Files& files, const std::string& command,
            const std::string& edit, const std::string& reason,
            const std::vector<std::string>& compilers) {
  return {.name = name,
          .files = files,
          .steps = {{.command = command, .outcome = "passed through: " + reason},
                    {.change = edit, .command = command, .outcome = "passed through: " + reason}},
          .compilers = compilers};
}

std::vector<Case> option_file_cases() {
  Files with_specs = kUsesValue;
  with_specs["own"] = "*cc1:\n+ -DVALUE=1\n\n*cc1plus:\n+ -DVALUE=1\n\n";
  Files with_config = kUsesValue;
  with_config["own.cfg"] = "-DVALUE=1\n";
  const std::string use_specs = "mkdir -p bin\nsed s/VALUE=1/VALUE=2/ own > bin/specs";
  return {
      edited("SanitizerIgnoreList", "-fsanitize=address -fsanitize-ignorelist=list",
             "echo fun:f > list", "fun:other\n"),
      edited("CoverageAllowList",
             "-fsanitize-coverage=func,trace-pc-guard -fsanitize-coverage-allowlist=list",
             "printf 'src:*\\nfun:f\\n' > list", "src:*\nfun:*\n"),
      edited("InstrumentationList", "-fxray-instrument -fxray-attr-list=list",
             "printf '[always]\\nfun:f\\n' > list", "[never]\nfun:f\n"),
      passed("SpecsEdited", with_specs, "$CC -specs=own -c a.c -o a.o", "sed -i s/1/2/ own",
             "specs", kGcc),
      passed("ConfigFileEdited", with_config, "$CC --config own.cfg -c a.c -o a.o",
             "sed -i s/1/2/ own.cfg", "config_file", kClang),
      {.name = "SpecsAppear",
       .files = with_specs,
       .steps = {{.change = "mkdir bin\ncp own bin/specs",
                  .command = "$CC -Bbin/ -c a.c -o a.o",
                  .outcome = "stored"},
                 {.command = "$CC -Bbin/ -c a.c -o a.o", .outcome = "hit"},
                 {.change = use_specs, .command = "$CC -Bbin/ -c a.c -o a.o", .outcome = "stored"},
                 {.change = "rm bin/specs",
                  .command = "$CC -Bbin/ -DVALUE=3 -c a.c -o a.o",
                  .outcome = "stored"},
                 {.change = use_specs,
                  .command = "$CC -Bbin/ -DVALUE=3 -c a.c -o a.o",
                  .outcome = "stored"}},
       .compilers = kGcc},
      passed("ProfileMissing", {{"a.c", "int f(int x) { return x ? 1 : 2; }\n"}},
             "$CC -O2 -fprofile-use -c a.c -o a.o", "", "profile_use", kGcc),
      passed("PluginMissing", kUsesValue, "$CC -fplugin=./none.so -DVALUE=1 -c a.c -o a.o", "",
             "plugin", {"gcc", "clang"}),
      passed("FrontendPluginMissing", kUsesValue,
             "$CC -Xclang -load -Xclang ./none.so -DVALUE=1 -c a.c -o a.o", "", "plugin", kClang),
      passed("ModuleMap", {{"a.c", "int f(void) { return 1; }\n"}, {"map", "module m {}\n"}},
             "$CC -fmodule-map-file=map -c a.c -o a.o", "", "modules", kClang),
  };
}

const Files kPrecompiled = {{"a.c", "#include \"a.h\"\nint f(void) { return VALUE; }\n"},
                            {"dir/a.h", "#define VALUE 1\n"}};

/// Makes a precompiled header outside of what is compared, for no two of them are equal.
std::string precompile(const std::string& name) {
  return "mkdir -p \"$ROOT/pch\"\ncp dir/a.h \"$ROOT/pch\"\n"
         "case $COMPILER in *++*) l=c++-header ;; *) l=c-header ;; esac\n"
         "$COMPILER -x $l \"$ROOT/pch/a.h\" -o \"$ROOT/pch/" +
         name + "\"";
}

std::vector<Case> precompiled_cases() {
  const std::string plain = "$CC -Winvalid-pch -I\"$ROOT/pch\" -Idir -c a.c -o a.o";
  const std::string forget = "rm -rf \"$ROOT/pch\"";
  return {
      {.name = "PrecompiledHeaderComesAndGoes",
       .files = kPrecompiled,
       .steps = {{.change = forget, .command = plain, .outcome = "stored"},
                 {.change = precompile("a.h.gch") + "\nrm \"$ROOT/pch/a.h\"",
                  .command = plain,
                  .outcome = "inputs_unsuitable"},
                 {.command = plain, .outcome = "inputs_unsuitable"},
                 {.change = forget, .command = plain, .outcome = "hit"}},
       .compilers = kGcc},
      {.name = "InvalidPrecompiledHeaderAppears",
       .files = kPrecompiled,
       .steps = {{.change = forget, .command = plain, .outcome = "stored"},
                 {.change = "echo garbage > dir/a.h.gch",
                  .command = plain,
                  .outcome = "inputs_unsuitable"},
                 {.command = plain, .outcome = "inputs_unsuitable"}},
       .compilers = kGcc},
      {.name = "PrecompiledHeaderForced",
       .files = kPrecompiled,
       .steps = {{.change = precompile("a.h.gch"),
                  .command = "$CC -include \"$ROOT/pch/a.h\" -Idir -c a.c -o a.o",
                  .outcome = "passed through: precompiled_header"}}},
      {.name = "PrecompiledHeaderNamed",
       .files = kPrecompiled,
       .steps = {{.change = precompile("a.pch"),
                  .command = "$CC -include-pch \"$ROOT/pch/a.pch\" -Idir -c a.c -o a.o",
                  .outcome = "passed through: precompiled_header"}},
       .compilers = kClang},
      {.name = "PrecompiledHeaderMade",
       .files = kPrecompiled,
       .steps = {{.command = "case $COMPILER in *++*) l=c++-header ;; *) l=c-header ;; esac\n"
                             "$CC -c -x $l dir/a.h -o \"$ROOT/made.gch\"",
                  .outcome = "passed through: precompiled_header"}}},
  };
}

/// What assembly pulls in, and times, however they are spelled.
Case hidden(const std::string& name, const std::string& source, const std::string& outcome) {
  return {.name = name,
          .files = {{"a.c", source}, {"data", ".long 1\n"}},
          .steps = {{.command = "$CC -c a.c -o a.o", .outcome = outcome},
                    {.change = "echo .long 2 > data",
                     .command = "$CC -c a.c -o a.o",
                     .outcome = outcome == "stored" ? "hit" : outcome}}};
}

std::vector<Case> hidden_cases() {
  const std::string no = "inputs_unsuitable";
  return {
      hidden("AssemblyInclude", "__asm__(\".include \\\"data\\\"\");\n", no),
      hidden("IncbinInPieces", "__asm__(\".inc\" \"bin \\\"data\\\"\");\n", no),
      hidden("IncbinByMacro",
             "#define TEXT(x) #x\n#define S(x) TEXT(x)\n#define BIN .incbin\n"
             "__asm__(S(BIN) \" \\\"data\\\"\");\n",
             no),
      hidden("IncbinInAssemblyMacro",
             "__asm__(\".macro m x\\n.inc\\\\x \\\"data\\\"\\n.endm\\nm bin\\n\");\n", no),
      hidden("IncbinInRawText", "#define A(x) __asm__(#x)\nA(.incbin \"data\");\n", no),
      hidden("TimeInCommentIsNone", "/* __TIME__ */ int f(void) { return 1; } // __DATE__\n",
             "stored"),
      hidden("TimeInLongerNameIsNone",
             "int NOT__TIME__ = 1; int __DATE__X = 2; int X__TIMESTAMP__;\n", "stored"),
  };
}

std::vector<Case> variable_cases() {
  const Files warns = {{"a.c", "int f(void) { int unused; return 1; }\n"}};
  const std::string with_assembler =
      "mkdir -p bin\nprintf '#!/bin/sh\\nexec %s --defsym VALUE=1 \"$@\"\\n' \"$(command -v as)\" "
      "> bin/as\nchmod +x bin/as";
  return {
      {.name = "ColoursVariable",
       .files = warns,
       .steps = {{.command = "$CC -Wall -fdiagnostics-color=always -c a.c", .outcome = "stored"},
                 {.command =
                      "GCC_COLORS='warning=01;34' $CC -Wall -fdiagnostics-color=always -c a.c",
                  .outcome = "stored"},
                 {.command = "$CC -Wall -fdiagnostics-color=always -c a.c", .outcome = "hit"}}},
      {.name = "CompilerPathVariable",
       .files = {{"a.c", "__asm__(\".long VALUE\");\n"}},
       .steps = {{.change = with_assembler,
                  .command = "COMPILER_PATH=$PWD/bin $CC -c a.c -o a.o",
                  .outcome = "stored"},
                 {.change = "sed -i s/VALUE=1/VALUE=2/ bin/as",
                  .command = "COMPILER_PATH=$PWD/bin $CC -c a.c -o a.o",
                  .outcome = "stored"},
                 {.command = "COMPILER_PATH=$PWD/bin $CC -c a.c -o a.o", .outcome = "hit"}},
       .compilers = kGcc},
      {.name = "OverridingVariable",
       .files = kUsesValue,
       .steps = {{.command = "CCC_OVERRIDE_OPTIONS='# +-DVALUE=1' $CC -c a.c",
                  .outcome = "passed through: environment"},
                 {.command = "CCC_OVERRIDE_OPTIONS='# +-DVALUE=2' $CC -c a.c",
                  .outcome = "passed through: environment"},
                 {.command = "CCC_OVERRIDE_OPTIONS='# +-DVALUE=2' $CC -c a.c",
                  .outcome = "passed through: environment"}},
       .compilers = kClang},
      {.name = "TemporaryDirectoryDoesNotMatter",
       .files = warns,
       .steps = {{.command = "$CC -g -c a.c", .outcome = "stored"},
                 {.command = "mkdir other; TMPDIR=$PWD/other $CC -g -c a.c", .outcome = "hit"}}},
  };
}

}  // namespace

std::vector<Case> input_cases() {
  std::vector<Case> all = option_file_cases();
  for (const auto& part : {precompiled_cases(), hidden_cases(), variable_cases()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace larder::e2e
