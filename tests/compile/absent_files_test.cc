#include "compile/absent_files.h"

#include "support/files.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <utility>

#include "compile_inputs.h"

namespace larder::compile {
namespace {

/// A tree of sources, a compile in it, and a change after which it gives something else (or, for
/// `stays`, the same).
struct Case {
  std::string name;
  std::map<std::string, std::string> files;  // by path
  std::string options;
  std::string change;  // a shell script
  std::string compilers = "gcc clang";
  bool stays = false;
};

void PrintTo(const Case& tested, std::ostream* out) { *out << tested.name; }

class AbsentFilesTest : public testing::Test {
 protected:
  AbsentFilesTest() { EXPECT_EQ(::chdir(dir_.path().c_str()), 0); }
  ~AbsentFilesTest() override { EXPECT_EQ(::chdir("/"), 0); }

  void write(const std::string& path, const std::string& text) {
    support::write_file(dir_.file(path), text);
  }

  support::TempDir dir_;
};

class AbsentFilesCase : public AbsentFilesTest, public testing::WithParamInterface<Case> {};

TEST_P(AbsentFilesCase, IsSeenByALookup) {
  const Case& tested = GetParam();
  for (const std::string& compiler : words_of(tested.compilers)) {
    SCOPED_TRACE(compiler);
    ASSERT_TRUE(support::run_in(dir_.path(), "rm -rf * && mkdir -p empty"));
    for (const auto& [path, text] : tested.files) write(path, text);
    std::string options = tested.options;
    if (options.starts_with("sh:")) {
      const std::size_t end = options.find(';');
      ASSERT_TRUE(support::run_in(dir_.path(), options.substr(3, end - 3)));
      options = options.substr(end + 1);
    }

    const CompileInputs inputs = compile_and_gather(compiler, words_of(options + " -c t.c"));
    ASSERT_EQ(inputs.absent.verdict, AbsentFiles::Verdict::sound) << inputs.absent.detail;
    ASSERT_TRUE(still_holds(inputs));
    ASSERT_TRUE(support::run_in(dir_.path(), tested.change));

    EXPECT_EQ(still_holds(inputs), tested.stays);
  }
}

const std::string kIncludeX = "#include <x.h>\n";

INSTANTIATE_TEST_SUITE_P(
    Real, AbsentFilesCase,
    testing::Values(
        Case{"HeaderEarlierOnThePath",
             {{"t.c", kIncludeX}, {"b/x.h", ""}, {"a/y.h", ""}},
             "-Ia -Ib",
             "touch a/x.h"},
        Case{"HeaderBesideTheIncluder",
             {{"t.c", "#include \"s/y.h\"\n"}, {"s/y.h", "#include \"x.h\"\n"}, {"b/x.h", ""}},
             "-Ib",
             "touch s/x.h"},
        Case{"HeaderBesideTheSource",
             {{"t.c", "#include \"x.h\"\n"}, {"b/x.h", ""}},
             "-Ib",
             "touch x.h"},
        Case{"HeaderInAQuoteDirectory",
             {{"t.c", "#include \"x.h\"\n"}, {"b/x.h", ""}, {"q/y.h", ""}},
             "-Ib -iquote q",
             "touch q/x.h"},
        Case{"HeaderInADirectoryThatWasNotThere",
             {{"t.c", kIncludeX}, {"b/x.h", ""}},
             "-Inew/deep -Ib",
             "mkdir -p new/deep && touch new/deep/x.h"},
        Case{"HeaderBelowADirectoryThatWasNotThere",
             {{"t.c", "#include <sub/x.h>\n"}, {"b/sub/x.h", ""}, {"a/y.h", ""}},
             "-Ia -Ib",
             "mkdir a/sub && touch a/sub/x.h"},
        Case{"HeaderOfTheSystemShadowed",
             {{"t.c", "#include <stdio.h>\n"}, {"a/y.h", ""}},
             "-Ia",
             "mkdir -p a/bits && touch a/bits/types.h"},
        Case{"ProbedHeaderAppears",
             {{"t.c", "#if __has_include(<x.h>)\nint x;\n#endif\n"}},
             "-Iempty",
             "touch empty/x.h"},
        Case{"ProbedHeaderGoes",
             {{"t.c", "#if __has_include(\"x.h\")\nint x;\n#endif\n"}, {"x.h", ""}},
             "",
             "rm x.h"},
        Case{"NextHeaderAppears",
             {{"t.c", kIncludeX}, {"a/x.h", "#include_next <x.h>\n"}, {"c/x.h", ""}, {"b/y", ""}},
             "-Ia -Ib -Ic",
             "touch b/x.h"},
        Case{"NextProbedHeaderAppears",
             {{"t.c", kIncludeX},
              {"a/x.h", "#if __has_include_next(<x.h>)\nint x;\n#endif\n"},
              {"b/y", ""}},
             "-Ia -Ib",
             "touch b/x.h"},
        Case{"ForcedHeaderBesideTheSource",
             {{"t.c", ""}, {"b/x.h", ""}},
             "-include x.h -Ib",
             "touch x.h"},
        Case{"ForcedMacrosEarlierOnThePath",
             {{"t.c", ""}, {"b/x.h", ""}},
             "-imacros x.h -Iempty -Ib",
             "touch empty/x.h"},
        Case{"HeaderThatGccIncludesByItself",
             {{"t.c", ""}},
             "-Iempty",
             "touch empty/stdc-predef.h",
             "gcc"},
        Case{"PrecompiledFormOfTheFirstHeader",
             {{"t.c", kIncludeX}, {"b/x.h", ""}},
             "-Iempty -Ib",
             "touch empty/x.h.gch",
             "gcc"},
        Case{"PrecompiledFormsInADirectory",
             {{"t.c", "#include \"x.h\"\n"}, {"x.h", ""}},
             "",
             "mkdir x.h.gch",
             "gcc"},
        Case{"PrecompiledFormOfAForcedHeader",
             {{"t.c", ""}, {"x.h", ""}},
             "-include x.h",
             "touch x.h.gch"},
        Case{"PrecompiledFormAsClangNamesIt",
             {{"t.c", ""}, {"x.h", ""}},
             "-include x.h",
             "touch x.h.pch",
             "clang"},
        Case{"TargetOfADanglingLinkAppears",
             {{"t.c", kIncludeX}, {"b/x.h", ""}},
             "sh:ln -s ../x.h empty/x.h;-Iempty -Ib",
             "touch x.h"},
        Case{"TargetOfADanglingDirectoryAppears",
             {{"t.c", kIncludeX}, {"b/x.h", ""}},
             "sh:ln -s elsewhere a;-Ia -Ib",
             "mkdir elsewhere && touch elsewhere/x.h"},
        Case{"DirectoryBecomesAFile",
             {{"t.c", kIncludeX}, {"b/x.h", ""}, {"a/x.h/y", ""}},
             "-Ia -Ib",
             "rm -r a/x.h && touch a/x.h"},
        Case{"LinkedDirectoryIsPointedElsewhere",
             {{"t.c", kIncludeX}, {"b/x.h", ""}, {"other/x.h", ""}},
             "sh:ln -s empty a;-Ia -Ib",
             "ln -sfn other a"},
        Case{"CopyThatIsSkippedIsEdited",
             {{"t.c", "#include \"x.h\"\n#include \"y.h\"\n"},
              {"x.h", "#pragma once\nint x;\n"},
              {"y.h", "#pragma once\nint x;\n"}},
             "sh:touch -r x.h y.h;",
             "echo int z >>y.h",
             "gcc"},
        Case{"LinkThatIsSkippedIsPointedElsewhere",
             {{"t.c", "#include \"x.h\"\n#include \"y.h\"\n"},
              {"x.h", "#pragma once\nint x;\n"},
              {"z.h", "int z;\n"}},
             "sh:ln -s x.h y.h;",
             "ln -sf z.h y.h"},
        Case{"HeaderNamedByAMacro",
             {{"t.c", "#include \"c.h\"\n#include X\n"},
              {"c.h", "#define X <x.h>\n"},
              {"b/x.h", ""}},
             "-Iempty -Ib",
             "touch empty/x.h"},
        Case{"HeaderNamedOnTheCommandLine",
             {{"t.c", "#include X\n"}, {"b/x.h", ""}},
             "-DX=\"x.h\" -Ib",
             "touch x.h"},
        Case{"HeaderProbedByAMacro",
             {{"t.c", "#include \"c.h\"\n#if HAS(<x.h>)\nint x;\n#endif\n"},
              {"c.h", "#define HAS(x) __has_include(x)\n"}},
             "-Iempty",
             "touch empty/x.h"},
        Case{"HeaderEarlierThanOneListedByALaterRun",
             {{"t.c", "#include <stddef.h>\n" + kIncludeX}, {"b/x.h", ""}},
             "-MMD -isystem empty -Ib",
             "touch empty/stddef.h"}),
    [](const auto& test) { return test.param.name; });

const std::string kModules = "-x c++ -std=c++20 -fmodules-ts -fmodule-mapper=m";
const std::string kMapper = "$root gcm\n";

/// gcc then calls what is in it by its real path, which is shorter.
const std::string kLongName(200, 'l');

/// A compile with modules, in which something is included.
Case with_modules(const std::string& name, const std::string& include, const std::string& options,
                  const std::string& change) {
  return {.name = name,
          .files = {{"t.c", "#include " + include + "\n"},
                    {"m", kMapper},
                    {"s/x.h", ""},
                    {"gcm/y", ""}},
          .options = options + " " + kModules,
          .change = "mkdir -p gcm/,/s && mkdir -p gcm/usr/include && " + change,
          .compilers = "g++ g++-11"};
}

INSTANTIATE_TEST_SUITE_P(
    Modules, AbsentFilesCase,
    testing::Values(
        with_modules("ModuleOfAQuotedHeader", "\"s/x.h\"", "", "touch gcm/,/s/x.h.gcm"),
        with_modules("ModuleOfAHeaderOnThePath", "<x.h>", "-Is/", "touch gcm/,/s/x.h.gcm"),
        with_modules("ModuleOfAHeaderAbove", "<x.h>", "-Is/../s",
                     "mkdir -p gcm/,/s/,,/s && touch gcm/,/s/,,/s/x.h.gcm"),
        with_modules("ModuleOfAHeaderOfTheSystem", "<stdio.h>", "",
                     "touch gcm/usr/include/stdio.h.gcm"),
        with_modules("ModuleOfAHeaderOfAHeaderOfTheSystem", "<stdio.h>", "-MMD",
                     "touch gcm/usr/include/features.h.gcm"),
        with_modules("ModuleByALink", "\"s/x.h\"", "",
                     "touch z && ln -s ../../../z gcm/,/s/x.h.gcm"),
        with_modules("ModuleByALinkedDirectory", "\"s/x.h\"", "",
                     "rm -r gcm && mkdir -p o/,/s && touch o/,/s/x.h.gcm && ln -s o gcm"),
        with_modules("ModuleOfAHeaderByItsRealPath", "<x.h>",
                     "sh:ln -s s " + kLongName + ";-isystem " + kLongName,
                     "mkdir -p gcm/$PWD/s && touch gcm/$PWD/s/x.h.gcm")),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(Harmless, AbsentFilesCase,
                         testing::Values(Case{"UnrelatedFileAppears",
                                              {{"t.c", kIncludeX}, {"b/x.h", ""}},
                                              "-Iempty -Ib",
                                              "touch empty/y.h t.h b/y.h",
                                              "gcc clang",
                                              true},
                                         Case{"DirectoryOfTheSearchPathAppears",
                                              {{"t.c", kIncludeX}, {"b/x.h", ""}},
                                              "-Inew -Ib",
                                              "mkdir new && touch new/y.h",
                                              "gcc clang",
                                              true},
                                         Case{"DirectoryNamedAsAHeaderAppears",
                                              {{"t.c", kIncludeX}, {"b/x.h", ""}},
                                              "-Iempty -Ib",
                                              "mkdir empty/x.h",
                                              "gcc clang",
                                              true},
                                         Case{"HeaderLaterOnThePath",
                                              {{"t.c", kIncludeX}, {"b/x.h", ""}},
                                              "-Ib -Iempty",
                                              "touch empty/x.h",
                                              "gcc clang",
                                              true},
                                         Case{"HeaderOfABranchNotTakenAppears",
                                              {{"t.c",
                                                "#ifdef _WIN32\n#include <windows.h>\n#endif\n"}},
                                              "-Iempty",
                                              "touch empty/windows.h",
                                              "gcc clang",
                                              true}),
                         [](const auto& test) { return test.param.name; });

const std::map<std::string, std::string> kOfTheSystem = {
    {"t.c", "#include \"u.h\"\n"},       {"u.h", "#include <one.h>\n"},
    {"sys/one.h", "#include <two.h>\n"}, {"sys/two.h", "#include \"in/three.h\"\n"},
    {"sys/in/three.h", "int three;\n"},  {"sys/other.h", ""}};

/// A compile that lists its user's headers only.
Case with_mmd(const std::string& name, const std::string& change,
              const std::map<std::string, std::string>& more = {}) {
  std::map<std::string, std::string> files = more;
  files.insert(kOfTheSystem.begin(), kOfTheSystem.end());
  return {.name = name,
          .files = std::move(files),
          .options = "-MMD -isystem empty -isystem sys -isystem last",
          .change = change};
}

INSTANTIATE_TEST_SUITE_P(
    OfTheSystem, AbsentFilesCase,
    testing::Values(with_mmd("HeaderThatNoListShows", "echo 'int x;' >>sys/in/three.h"),
                    with_mmd("HeaderBeforeOneThatNoListShows", "touch empty/two.h"),
                    with_mmd("HeaderBesideOneThatNoListShows",
                             "mkdir -p in && touch in/three.h && "
                             "rm sys/in/three.h"),
                    with_mmd("NextHeader", "echo 'int x;' >>last/two.h",
                             {{"sys/two.h", "#include_next <two.h>\n"},
                              {"last/two.h", "int two;\n"}}),
                    with_mmd("HeaderThatIsProbedFor", "touch empty/probed.h",
                             {{"sys/two.h", "#if __has_include(<probed.h>)\nint p;\n#endif\n"}}),
                    with_mmd("HeaderOfALinkIntoAnotherDirectory", "echo 'int x;' >>sys/in/four.h",
                             {{"sys/two.h", "#include <in/link.h>\n"},
                              {"sys/in/link.h", "#include \"four.h\"\n"},
                              {"sys/in/four.h", "int four;\n"}}),
                    Case{"ForcedHeader",
                         {{"t.c", ""}, {"sys/forced.h", "#include \"in.h\"\n"}, {"sys/in.h", ""}},
                         "-MMD -isystem sys -include forced.h",
                         "echo 'int x;' >>sys/in.h"}),
    [](const auto& test) { return test.param.name; });

TEST_F(AbsentFilesTest, AdoptsHeadersOfTheSystemThatOthersOfThemInclude) {
  for (const auto& [path, text] : kOfTheSystem) write(path, text);
  for (const char* compiler : {"gcc", "clang"}) {
    const CompileInputs inputs = compile_and_gather(compiler, words_of("-MMD -isystem sys -c t.c"));

    EXPECT_TRUE(inputs.has_adopted) << compiler;
    std::vector<std::string> own;
    for (const auto& file : inputs.result.files) {
      if (!file.path.starts_with('/')) own.push_back(file.path);
    }
    std::ranges::sort(own);
    EXPECT_EQ(own, words_of("sys/in/three.h sys/one.h sys/two.h t.c u.h"));
  }
}

TEST_F(AbsentFilesTest, AdoptsNoFileAgainByWaysThatGoInCircles) {
  write("t.c", "#include <a/a.h>\n");
  write("sys/a/a.h", "#ifndef A\n#define A\n#include \"../b/b.h\"\n#endif\n");
  write("sys/b/b.h", "#ifndef B\n#define B\n#include \"../a/a.h\"\n#endif\n");

  const CompileInputs inputs = compile_and_gather("gcc", words_of("-MMD -isystem sys -c t.c"));

  EXPECT_TRUE(inputs.has_adopted);
  EXPECT_LT(inputs.result.files.size(), 8U);
}

TEST_F(AbsentFilesTest, AdoptsWhatIncludesByMacroMayName) {
  write("t.c", "#include <x.h>\n");
  write("sys/x.h", "#include <def.h>\n#include Y\n#ifdef CONFIG\n#include CONFIG\n#endif\n");
  write("sys/def.h", "#define Y <y.h>\n");
  write("sys/y.h", "#define Z <z.h>\n#include Z\n");
  write("sys/z.h", "int z;\n");

  const CompileInputs inputs = compile_and_gather("gcc", words_of("-MMD -isystem sys -c t.c"));

  EXPECT_TRUE(inputs.has_adopted);
  ASSERT_TRUE(still_holds(inputs));
  ASSERT_TRUE(support::run_in(dir_.path(), "echo 'int x;' >>sys/z.h"));
  EXPECT_FALSE(still_holds(inputs));
}

TEST_F(AbsentFilesTest, LeavesToTheDriverWhatMacrosPutTogether) {
  write("t.c", "#include <x.h>\n");
  write("sys/x.h", "#if 0\n#define Y(a) <a.h>\n#include Y(y)\n#endif\n#include <y.h>\n");
  write("sys/y.h", "int y;\n");

  const CompileInputs inputs = compile_and_gather("gcc", words_of("-MMD -isystem sys -c t.c"));

  EXPECT_FALSE(inputs.has_adopted);
}

TEST_F(AbsentFilesTest, KeepWhereAModuleOfAnotherHeaderAppears) {
  write("x.h", "");
  write("t.cc", "#include \"x.h\"\n");
  write("m", kMapper);
  const CompileInputs inputs =
      compile_and_gather("g++", {"-std=c++20", "-fmodules-ts", "-fmodule-mapper=m", "-c", "t.cc"});

  write("gcm/,/y.h.gcm", "");

  EXPECT_TRUE(still_holds(inputs));
}

TEST_F(AbsentFilesTest, RefusesAnIncludeThatMacrosPutTogether) {
  write("x.h", "");
  write("t.c", "#define X(a) <a.h>\n#include X(x)\n");

  const CompileInputs inputs = compile_and_gather("gcc", {"-I.", "-c", "t.c"});

  EXPECT_EQ(inputs.absent.verdict, AbsentFiles::Verdict::unsuitable);
}

TEST_F(AbsentFilesTest, RefusesAHeaderThatIsPrecompiled) {
  write("x.h", "int x;\n");
  write("t.c", "#include \"x.h\"\n");
  ASSERT_TRUE(support::run_in(dir_.path(), "gcc x.h"));

  const CompileInputs inputs = compile_and_gather("gcc", {"-c", "t.c"});

  EXPECT_EQ(inputs.absent.verdict, AbsentFiles::Verdict::unsuitable);
}

TEST_F(AbsentFilesTest, RefusesAHeaderThatIsCompiledAsAModule) {
  write("x.h", "");
  write("t.cc", "#ifdef X\n#include \"x.h\"\n#endif\n");
  write("m", kMapper);
  write("gcm/,/x.h.gcm", "");

  const CompileInputs inputs =
      compile_and_gather("g++", {"-std=c++20", "-fmodules-ts", "-fmodule-mapper=m", "-c", "t.cc"});

  EXPECT_EQ(inputs.absent.verdict, AbsentFiles::Verdict::unsuitable);
}

TEST_F(AbsentFilesTest, RefusesALaterListWithModules) {
  write("x.h", "");
  write("t.cc", "#include \"x.h\"\n");
  write("m", kMapper);
  write("o/y", "");

  const CompileInputs inputs =
      compile_and_gather("g++", {"-std=c++20", "-fmodules-ts", "-fmodule-mapper=m", "-MD", "-MF",
                                 "/dev/null", "-c", "t.cc", "-o", "o/t.o"});

  EXPECT_EQ(inputs.absent.verdict, AbsentFiles::Verdict::unsuitable);
}

}  // namespace
}  // namespace larder::compile
