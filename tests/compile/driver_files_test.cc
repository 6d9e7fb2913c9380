// The oracle of every derived name: what gcc and clang, run for real, write where.

#include "compile/output_names.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "describe_arguments.h"
#include "run_driver.h"

namespace larder::compile {
namespace {

namespace fs = std::filesystem;

/// A directory with a small project in it.
class Project {
 public:
  Project() {
    for (const auto* name : {"src", "obj", "obj.d"}) fs::create_directory(directory_.file(name));
    write("src/h.h", "");
    const std::string code = "#include \"h.h\"\nint f(int x) { return x + 1; }\n";
    for (const auto* name : {"src/a.c", "src/b.b.c", "src/a.cc", "src/C.C", "src/noext", "src/dot.",
                             "src/sp ace$#.c", "src/new.v1"}) {
      write(name, code);
    }
    write("src/p.i", "int f(int x) { return x + 1; }\n");
    write("src/p.ii", "int f(int x) { return x + 1; }\n");
    write("src/v.c", "int v;\n");
    write("src/x.S", "#include \"h.h\"\n\t.data\nx:\t.long 1\n");
    write("src/x.s", "\t.data\nx:\t.long 1\n");
  }

  [[nodiscard]] const std::string& path() const { return directory_.path(); }

  /// Every file, relative.
  [[nodiscard]] std::set<std::string> files() const {
    std::set<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(directory_.path())) {
      if (entry.is_regular_file()) found.insert(fs::relative(entry.path(), directory_.path()));
    }
    return found;
  }

  /// A makefile fragment with its continued lines joined.
  [[nodiscard]] std::string read_depfile(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(directory_.file(name)).rdbuf();
    std::string joined = text.str();
    for (auto at = joined.find(" \\\n "); at != std::string::npos; at = joined.find(" \\\n ")) {
      joined.replace(at, 4, " ");
    }
    return joined;
  }

 private:
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(directory_.file(name)) << text;
  }

  support::TempDir directory_;
};

std::set<std::string> outputs_of(const Invocation& compile) {
  std::set<std::string> files{compile.output};
  if (compile.depfile && compile.depfile->path != "/dev/null") files.insert(compile.depfile->path);
  for (const auto& side : compile.side_outputs) files.insert(side.path);
  return files;
}

std::string rule_head(const Depfile& depfile) {
  std::string head;
  for (const auto& target : depfile.targets) head += (head.empty() ? "" : " ") + target;
  return head + ':';
}

/// Runs the command and expects exactly the files, and the depfile's targets and scope, that the
/// parser says.
void expect_as_driver(const std::vector<std::string>& command) {
  const Project project;
  const auto before = project.files();
  ParseEnvironment environment;
  environment.is_cpp_driver = is_cpp_driver_name(command[0]);
  const auto kind = command[0].starts_with("clang") ? CompilerKind::clang : CompilerKind::gcc;

  const auto parsed = parse_arguments(kind, std::span(command).subspan(1), environment);
  const auto result = run_driver(project.path(), command);

  const auto* compile = std::get_if<Invocation>(&parsed);
  ASSERT_NE(compile, nullptr) << to_string(std::get<PassThrough>(parsed).reason);
  ASSERT_EQ(result.exit_code, 0) << result.printed;
  std::set<std::string> written;
  std::ranges::set_difference(project.files(), before, std::inserter(written, written.end()));
  EXPECT_EQ(written, outputs_of(*compile));
  if (compile->depfile && compile->depfile->path != "/dev/null") {
    const auto text = project.read_depfile(compile->depfile->path);
    EXPECT_TRUE(text.starts_with(rule_head(*compile->depfile)))
        << rule_head(*compile->depfile) << "\nbut it says\n"
        << text;
  }
}

void expect_as_drivers(const std::vector<const char*>& drivers,
                       const std::vector<const char*>& commands) {
  for (const auto* driver : drivers) {
    for (const auto* command : commands) {
      SCOPED_TRACE(std::string(driver) + ' ' + command);
      auto arguments = words(command);
      arguments.insert(arguments.begin(), driver);
      expect_as_driver(arguments);
    }
  }
}

TEST(DriverFiles, OutputsAreNamedAsBothDriversNameThem) {
  expect_as_drivers({"gcc", "clang", "g++"},
                    {"-c src/a.c", "-c src/b.b.c", "-S src/a.c", "-S src/b.b.c", "-c -S src/a.c",
                     "-c src/a.cc", "-c src/C.C", "-c src/p.i", "-c src/p.ii", "-c src/x.S",
                     "-c src/x.s", "-c -x c src/noext", "-c -x c src/dot.", "-c src/a.c -o obj/x",
                     "-c src/a.c -oobj/x.y.o", "-S -x c++ src/a.c -o obj/a.s",
                     "-c -x none -x c++ src/new.v1", "-c -flto src/a.c", "-S -flto src/a.c"});
}

TEST(DriverFiles, DepfilesFollowTheOutputOrTheInput) {
  expect_as_drivers(
      {"gcc", "clang"},
      {"-c src/a.c -MD", "-c src/a.c -MMD", "-c src/b.b.c -MD", "-S src/a.c -MD",
       "-c src/a.c -MD -o obj/x.o", "-c src/a.c -MD -o obj/x", "-c src/a.c -MMD -o x.y.o",
       "-c src/a.c -MD -o obj.d/x", "-c src/a.c -MD -o obj/x.", "-S src/a.c -MD -o obj/x.s",
       "-c -x c src/noext -MD", "-c -x c src/dot. -MD", "-c src/x.S -MD",
       "-c src/x.S -MD -o obj/x.o", "-c src/a.cc -MD", "-c src/a.c -MD -MP",
       "-c src/a.c -MD -MMD -o obj/x.o", "-c src/a.c -MMD -MD -o obj/x.o"});
}

TEST(DriverFiles, DepfilesAndTargetsAreAsGiven) {
  expect_as_drivers(
      {"gcc", "clang"},
      {"-c src/a.c -MD -MF q.d", "-c src/a.c -MD -MFq.d", "-c src/a.c -MF p.d -MD -MF q.d",
       "-c src/a.c -MD -MF /dev/null", "-c src/a.c -MD -MT t -o obj/x.o",
       "-c src/a.c -MD -MTt -MQu", "-c src/a.c -MD -MQ a -MQ b -MT c -MT d",
       "-c src/a.c -MD -MT a -MQ $b -MT $c -MQ d#",
       "-c src/a.c -o obj/x.o -MMD -MF q.d -MT one -MT two -MP",
       "-c src/a.c -MD -MQ a\\b -MF q.d"});
}

TEST(DriverFiles, DepfilesOfThePreprocessorKeepItsTargets) {
  expect_as_drivers(
      {"gcc", "clang"},
      {"-c src/a.c -Wp,-MD,q.d", "-c src/a.c -Wp,-MMD,q.d -o obj/x.o",
       "-c src/b.b.c -Wp,-MD,q.d -o obj/x.o -MT t", "-S src/a.c -Wp,-MD,q.d -o obj/x.s",
       "-c src/a.c -Wp,-MMD,q.d -MP -MQ $t -MT u"});
  expect_as_drivers({"gcc"},
                    {"-c src/a.c -Wp,-MD,q.d -Wp,-MT,t", "-c src/a.c -Wp,-MD,q.d,-MQ,$t,-MP",
                     "-c src/a.c -Wp,-MD,q.d -Wp,-MT,t -Wp,-MT,u -o obj/x.o"});
}

TEST(DriverFiles, PreprocessedSourcesHaveNoDepfileFromGcc) {
  expect_as_drivers({"gcc"}, {"-c src/p.i -MD", "-c src/p.ii -MD -MF q.d", "-c src/x.s -MMD"});
}

TEST(DriverFiles, TargetsAreQuotedAsTheDriversQuote) {
  for (const auto* driver : {"gcc", "clang"}) {
    SCOPED_TRACE(driver);
    expect_as_driver({driver, "-c", "src/sp ace$#.c", "-MD"});
    expect_as_driver({driver, "-c", "src/sp ace$#.c", "-MMD", "-o", "obj/b c%*$.o"});
    expect_as_driver({driver, "-c", "src/a.c", "-MMD", "-MQ", R"(obj/a\ b\\ c\d)"});
    expect_as_driver({driver, "-c", "src/a.c", "-MMD", "-MQ", "tab\tbed", "-MT", "$a b#"});
    expect_as_driver({driver, "-c", "src/a.c", "-MMD", "-MF", "dep file.d"});
  }
}

TEST(DriverFiles, SideOutputsStandBesideTheOutput) {
  expect_as_drivers(
      {"gcc", "clang"},
      {"-c src/a.c -fstack-usage", "-c src/a.c -fstack-usage -o obj/x.y.o",
       "-S src/a.c -fstack-usage", "-c src/p.i -fstack-usage -o obj/x", "-c src/a.c --coverage",
       "-c src/b.b.c -ftest-coverage", "-c src/a.c -coverage -o obj/x.lo",
       "-S src/a.c --coverage -o obj/x.s", "-c src/a.c -fprofile-arcs",
       "-c src/a.c -fprofile-generate", "-c src/v.c --coverage -fstack-usage -o obj/x.",
       "-c src/x.S --coverage -fstack-usage", "-c src/x.s --coverage -o obj/x.o",
       "-c src/p.ii --coverage -fstack-usage"});
  expect_as_drivers({"gcc"},
                    {"-c src/a.c -fcallgraph-info", "-c src/a.c -fcallgraph-info=su,da -o obj/x"});
}

TEST(DriverFiles, SplitDwarfStandsBesideTheObject) {
  expect_as_drivers(
      {"gcc", "clang"},
      {"-c src/a.c -g -gsplit-dwarf", "-c src/b.b.c -gsplit-dwarf -g2 -o obj/x.o",
       "-c src/a.c -gdwarf-4 -gsplit-dwarf -o obj/x.y.o",
       "-c src/a.c -ggdb3 -gsplit-dwarf -o obj/x", "-c src/a.c -g -gsplit-dwarf -gno-split-dwarf",
       "-c src/a.c -gno-split-dwarf -g -gsplit-dwarf", "-c src/x.S -g -gsplit-dwarf",
       "-c src/x.s -g -gsplit-dwarf -o obj/x.o", "-c src/p.i -g -gsplit-dwarf",
       "-c src/v.c -g -gsplit-dwarf --coverage -fstack-usage -MD -o obj/x.lo"});
  expect_as_drivers({"gcc"}, {"-c src/a.c -gsplit-dwarf", "-c src/a.c -gsplit-dwarf -g0",
                              "-S src/a.c -g -gsplit-dwarf", "-c src/a.c -g -gsplit-dwarf -flto"});
}

}  // namespace
}  // namespace larder::compile
