#include "compile/dependency_listing.h"

#include "compile/depfile.h"
#include "compile/parse_arguments.h"
#include "support/data.h"
#include "support/files.h"
#include "support/temp_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <set>

namespace larder::compile {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAreArray;

struct Case {
  std::string compiler;
  std::string options;
  std::string depfile_options;
  ListingMethod method;
  std::string source = "t.c";
};

void PrintTo(const Case& tested, std::ostream* out) {
  *out << tested.compiler << ' ' << tested.options << ' ' << tested.depfile_options << ' '
       << tested.source;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> words;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    if (end > begin) words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

/// A source with headers of every kind, in a working directory of its own.
class ListingTest : public testing::Test {
 protected:
  ListingTest() {
    support::write_file(dir_.file("t.c"),
                        "#include \"inc/a.h\"\n#include <sys.h>\n"
                        "#include <stddef.h>\nint f(void) { return A + x; }\n");
    support::write_file(dir_.file("t.S"), "#include \"inc/a.h\"\n .text\n .globl g\ng:\n");
    support::write_file(dir_.file("inc/a.h"), "#include \"../b.h\"\n#define A 1\n");
    support::write_file(dir_.file("b.h"), "#define B 1\n");
    support::write_file(dir_.file("forced.h"), "#include <sys.h>\n#warning forced\n");
    support::write_file(dir_.file("sys/sys.h"), "#pragma once\nextern int x;\n");
    EXPECT_EQ(::chdir(dir_.path().c_str()), 0);
  }
  ~ListingTest() override { EXPECT_EQ(::chdir("/"), 0); }

  static Invocation parsed(const std::string& compiler, const std::vector<std::string>& words) {
    auto parsed = parse_arguments(kind_of(compiler), words, {});
    EXPECT_TRUE(std::holds_alternative<Invocation>(parsed));
    return std::get<Invocation>(std::move(parsed));
  }

  static CompilerKind kind_of(const std::string& compiler) {
    return compiler.starts_with("clang") ? CompilerKind::clang : CompilerKind::gcc;
  }

  static sys::Command command_of(const std::string& compiler, std::vector<std::string> words) {
    words.insert(words.begin(), compiler);
    return {.program = "/usr/bin/" + compiler, .arguments = std::move(words)};
  }

  static ListingCompiler compiler_of(const std::string& compiler) {
    return {.kind = kind_of(compiler), .path = "/usr/bin/" + compiler, .name = compiler};
  }

  /// What the compile leaves: its diagnostics and every file it wrote.
  std::string run_for_outputs(const sys::Command& command) {
    const auto outcome = sys::run_and_capture(command);
    EXPECT_TRUE(outcome && outcome->status.is_success()) << outcome->err.bytes;
    std::string all = outcome->out.bytes + "|" + outcome->err.bytes + "|";
    for (const char* file : {"t.o", "t.d", "x.d"}) {
      if (::access(file, F_OK) != 0) continue;
      all += std::string(file) + "=" + support::text_of(support::content_of(file));
      EXPECT_EQ(::rename(file, (std::string("kept.") + file).c_str()), 0);
    }
    return all;
  }

  support::TempDir dir_;
};

class RealListing : public ListingTest, public testing::WithParamInterface<Case> {};

/// The files that the driver lists when asked for nothing else.
std::vector<std::string> listed_by_driver(const Case& tested, const std::string& option) {
  const std::string script = tested.compiler + " " + tested.options + " " + tested.source;
  const auto outcome = sys::run_and_capture(
      {.program = "/bin/sh", .arguments = {"sh", "-c", script + " " + option + " 2>/dev/null"}});
  auto files = parse_depfile(outcome->out.bytes).value();
  const std::set<std::string> unique(files.begin(), files.end());
  return {unique.begin(), unique.end()};
}

constexpr auto kVariable = ListingMethod::gcc_variable;
constexpr auto kHeaders = ListingMethod::clang_variable;
constexpr auto kDepfile = ListingMethod::depfile;
constexpr auto kUserDepfile = ListingMethod::user_depfile;
constexpr auto kExtraRun = ListingMethod::extra_run;

TEST_P(RealListing, ShowsEveryFileAndChangesNoOutput) {
  const Case& tested = GetParam();
  std::vector<std::string> words =
      split(tested.options + " " + tested.depfile_options + " -c -o t.o");
  words.push_back(tested.source);
  const Invocation invocation = parsed(tested.compiler, words);
  sys::Command command = command_of(tested.compiler, words);
  const std::string bare = run_for_outputs(command);

  const auto listing =
      DependencyListing::prepare(compiler_of(tested.compiler), invocation, command);
  ASSERT_TRUE(listing);
  EXPECT_EQ(listing->method(), tested.method);
  const std::string listed = run_for_outputs(command);
  EXPECT_EQ(listed, bare);
  if (invocation.depfile) {
    ASSERT_EQ(
        ::rename(("kept." + invocation.depfile->path).c_str(), invocation.depfile->path.c_str()),
        0);
  }

  const bool is_of_user = tested.method == kUserDepfile;
  const auto list = listing->collect(invocation);
  ASSERT_TRUE(list) << list.error().message();
  EXPECT_THAT(list->files,
              UnorderedElementsAreArray(listed_by_driver(tested, is_of_user ? "-MM" : "-M")));
  EXPECT_EQ(list->files.front(), tested.source);
  EXPECT_EQ(list->origin == DependencyList::Origin::user_headers, is_of_user);
  if (!is_of_user) return;
  const auto told = listing->ask_driver(invocation);
  ASSERT_TRUE(told) << told.error().message();
  EXPECT_THAT(told->files, UnorderedElementsAreArray(listed_by_driver(tested, "-M")));
  EXPECT_EQ(told->origin, DependencyList::Origin::compile_user_headers);
}

INSTANTIATE_TEST_SUITE_P(
    Gcc, RealListing,
    testing::Values(Case{"gcc", "-isystem sys", "", kVariable},
                    Case{"gcc", "-isystem sys -g3", "", kVariable},
                    Case{"gcc", "-isystem sys -include forced.h -imacros b.h", "", kVariable},
                    Case{"gcc", "-isystem sys", "-MD", kDepfile},
                    Case{"gcc", "-isystem sys -g", "-MD -MP -MT x -MF x.d", kDepfile},
                    Case{"gcc", "-isystem sys", "-Wp,-MD,x.d", kDepfile},
                    Case{"gcc", "-isystem sys", "-MMD", kUserDepfile},
                    Case{"gcc", "-isystem sys -g -include forced.h", "-MMD -MF x.d", kUserDepfile},
                    Case{"g++", "-isystem sys -x c++", "", kVariable},
                    Case{"gcc", "-Wall", "", kVariable, "t.S"},
                    Case{"gcc", "-g", "-MD", kDepfile, "t.S"}));

INSTANTIATE_TEST_SUITE_P(
    Clang, RealListing,
    testing::Values(Case{"clang", "-isystem sys", "", kHeaders},
                    Case{"clang", "-isystem sys -g3", "", kHeaders},
                    Case{"clang", "-isystem sys -include forced.h -imacros b.h", "", kHeaders},
                    Case{"clang", "-isystem sys", "-MD", kDepfile},
                    Case{"clang", "-isystem sys -g", "-MD -MP -MT x -MF x.d", kDepfile},
                    Case{"clang", "-isystem sys", "-Wp,-MD,x.d", kDepfile},
                    Case{"clang", "-isystem sys", "-MMD", kUserDepfile},
                    Case{"clang", "-isystem sys -g -include forced.h", "-MMD -MF x.d",
                         kUserDepfile},
                    Case{"clang", "-isystem sys -fsanitize=address", "-MMD", kExtraRun},
                    Case{"clang", "-isystem sys -fms-compatibility", "-MMD", kExtraRun},
                    Case{"clang", "--target=x86_64-pc-windows-gnu -isystem sys", "-MMD", kExtraRun},
                    Case{"clang++", "-isystem sys -x c++ -Wno-deprecated", "", kHeaders},
                    Case{"clang", "-Wall", "", kHeaders, "t.S"},
                    Case{"clang", "-g", "-MD", kDepfile, "t.S"}));

TEST_F(ListingTest, OfASourceThatIncludesNothingIsTheSource) {
  support::write_file(dir_.file("t.i"), "# 1 \"inc/a.h\"\nint x;\n");
  const Invocation invocation = parsed("clang", {"-c", "t.i"});
  sys::Command command = command_of("clang", {"-c", "t.i"});

  const auto listing = DependencyListing::prepare(compiler_of("clang"), invocation, command);

  ASSERT_TRUE(listing);
  EXPECT_EQ(listing->method(), ListingMethod::source_only);
  EXPECT_FALSE(command.environment);
  EXPECT_THAT(listing->collect(invocation)->files, ElementsAre("t.i"));
}

TEST_F(ListingTest, AsksAgainWhereTheCompileDidNotTell) {
  const Invocation invocation = parsed("gcc", {"-c", "./t.S", "-o", "t.o"});
  sys::Command command = command_of("gcc", {"-c", "./t.S", "-o", "t.o"});
  const auto listing = DependencyListing::prepare(compiler_of("gcc"), invocation, command);
  ASSERT_TRUE(listing);

  const auto list = listing->collect(invocation);  // Without having run the command.

  ASSERT_TRUE(list);
  EXPECT_EQ(list->origin, DependencyList::Origin::later_run);
  EXPECT_THAT(list->files,
              ElementsAre("t.S", "/usr/include/stdc-predef.h", "inc/a.h", "inc/../b.h"));
}

TEST_F(ListingTest, TrustsNoScriptToHandOnADescriptor) {
  support::write_file(dir_.file("cc"), "#!/bin/sh\nexec gcc \"$@\"\n");
  const Invocation invocation = parsed("gcc", {"-c", "t.c"});
  sys::Command command = {.program = dir_.file("cc"), .arguments = {"cc", "-c", "t.c"}};

  const auto listing = DependencyListing::prepare(
      {.kind = CompilerKind::gcc, .path = dir_.file("cc"), .name = "cc"}, invocation, command);

  ASSERT_TRUE(listing);
  EXPECT_EQ(listing->method(), ListingMethod::extra_run);
  EXPECT_FALSE(command.environment);
}

TEST_F(ListingTest, IsRefusedWhereTheLaterRunMissesWhatTheCompileRead) {
  const std::vector<std::string> words = {"-isystem", "sys", "-MMD", "-c", "t.c"};
  const Invocation invocation = parsed("gcc", words);
  sys::Command command = command_of("gcc", words);
  const auto listing = DependencyListing::prepare(compiler_of("gcc"), invocation, command);
  ASSERT_TRUE(listing);
  (void)run_for_outputs(command);
  support::write_file(dir_.file("t.d"), "t.o: t.c inc/a.h gone.h\n");

  const auto list = listing->ask_driver(invocation);

  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().code(), ErrorCode::unavailable);
}

TEST_F(ListingTest, IsRefusedForNamesThatDepfilesGarble) {
  const std::vector<std::string> words = {"-Ia\\b", "-MD", "-c", "t.c"};
  const Invocation invocation = parsed("clang", words);
  sys::Command command = command_of("clang", words);
  const auto listing = DependencyListing::prepare(compiler_of("clang"), invocation, command);
  ASSERT_TRUE(listing);
  support::write_file(dir_.file("t.d"), "t.o: t.c\n");

  EXPECT_FALSE(listing->collect(invocation));
}

}  // namespace
}  // namespace larder::compile
