#include "compile/module_mapper.h"

#include "compile/parse_arguments.h"

#include <gtest/gtest.h>

#include "describe_arguments.h"

namespace larder::compile {
namespace {

constexpr const char* kScanned =
    "-std=c++20 -MD -MT a.o -MF a.d -fmodules-ts -fmodule-mapper=a.modmap -MD -x c++ -o a.o -c "
    "a.cc";

/// A command line of g++'s, where the mapper says this.
std::variant<Invocation, PassThrough> parsed(const std::string& command,
                                             const std::string& mapper = "$root .\n") {
  ParseEnvironment environment;
  environment.read_file = [&](const std::string& path) -> std::variant<std::string, FileAbsence> {
    if (path != "a.modmap") return FileAbsence::missing;
    return mapper;
  };
  return parse_arguments(CompilerKind::gcc, words(command), environment);
}

bool is_refused(const std::string& command, const std::string& mapper = "$root .\n") {
  const auto result = parsed(command, mapper);
  const auto* why = std::get_if<PassThrough>(&result);
  return why != nullptr && why->reason == PassThroughReason::modules;
}

TEST(ModuleMapper, NamesADirectoryAndNothingElse) {
  EXPECT_EQ(directory_of_mapper("$root .\n"), ".");
  EXPECT_EQ(directory_of_mapper("$root /x/gcm.cache\n"), "/x/gcm.cache");
  for (const std::string_view text :
       {"", "\n", "$root .", "$root \n", "$root\n", "$root  .\n", "$root . \n", "$root .\r\n",
        "$root a b\n", "$root .\nm m.gcm\n", "m m.gcm\n$root .\n", "$root .\n$root x\n",
        " $root .\n", "$roots .\n", "./b.h\n"}) {
    EXPECT_EQ(directory_of_mapper(text), std::nullopt) << text;
  }
  EXPECT_EQ(directory_of_mapper(std::string_view("$root .\0\n", 9)), std::nullopt);
}

TEST(ModuleMapper, ThatMapsNothingIsNoObstacle) {
  const auto result = parsed(kScanned, "$root x\n");

  const auto& compile = std::get<Invocation>(result);
  ASSERT_TRUE(compile.modules);
  EXPECT_EQ(compile.modules->mapper, "a.modmap");
  EXPECT_EQ(compile.modules->directory, "x");
  EXPECT_EQ(compile.response_files, std::vector<std::string>{"a.modmap"});
  EXPECT_TRUE(compile.side_outputs.empty());
}

TEST(ModuleMapper, ThatMapsIsOne) {
  EXPECT_TRUE(is_refused(kScanned, "$root .\nm CMakeFiles/m.dir/m.gcm\n"));
  EXPECT_TRUE(is_refused("-fmodules-ts -fmodule-mapper=absent -c a.cc"));
}

TEST(ModuleMapper, ThatIsNoFileIsOne) {
  for (const char* mapper : {"|a.modmap", "@a.modmap", "=a.modmap", "<a.modmap", "<>", "a.modmap?x",
                             "localhost:80", ""}) {
    EXPECT_TRUE(is_refused("-fmodules-ts -fmodule-mapper=" + std::string(mapper) + " -c a.cc"))
        << mapper;
  }
}

TEST(ModuleMapper, OfAllIsTheLast) {
  const auto result =
      parsed("-fmodules-ts -fmodule-mapper=absent -fmodule-mapper=a.modmap -c a.cc");

  ASSERT_TRUE(std::holds_alternative<Invocation>(result));
  EXPECT_EQ(std::get<Invocation>(result).modules->mapper, "a.modmap");
}

TEST(ModuleMapper, IsOfUseOnlyWithModules) {
  EXPECT_TRUE(is_refused("-fmodules-ts -c a.cc"));
  EXPECT_TRUE(is_refused("-fmodule-mapper=a.modmap -c a.cc"));
  EXPECT_TRUE(is_refused("-fmodules-ts -fmodule-mapper=a.modmap -c a.c"));
  EXPECT_TRUE(is_refused("-fmodules-ts -fmodule-mapper=a.modmap -c a.ii"));
}

// As gcc 14 names them, for these outputs.
TEST(ModuleMapper, RulesStandBesideTheObject) {
  const std::string options = "-fmodules-ts -fmodule-mapper=a.modmap -fdeps-format=p1689r5 -MD ";
  for (const auto& [command, path] : std::vector<std::pair<std::string, std::string>>{
           {"-c d/a.cc", "a.ddi"},
           {"-c a.cc -o CMakeFiles/x.dir/a.cc.o", "CMakeFiles/x.dir/a.cc.ddi"},
           {"-c a.cc -o d/e.f/x", "d/e.f/x.ddi"},
           {"-c a.cc -o ./d/x.o.p", "./d/x.o.ddi"},
           {"-S a.cc -o d/x.s", "d/x.ddi"}}) {
    const auto result = parsed(options + command);
    ASSERT_TRUE(std::holds_alternative<Invocation>(result)) << command;
    const auto& compile = std::get<Invocation>(result);
    ASSERT_EQ(compile.side_outputs.size(), 1U);
    EXPECT_EQ(compile.side_outputs.front().path, path);
    EXPECT_TRUE(compile.modules->writes_rules);
  }
}

TEST(ModuleMapper, RulesOfAnotherKindAreNotKnown) {
  const std::string modules = "-fmodules-ts -fmodule-mapper=a.modmap ";
  for (const char* options : {"-fdeps-format=p1689r5 -c a.cc", "-MD -fdeps-format=p1689r6 -c a.cc",
                              "-MD -fdeps-format=p1689r5 -fdeps-file=x.ddi -c a.cc",
                              "-MD -fdeps-format=p1689r5 -fdeps-target=x.o -c a.cc",
                              "-MD -MF d -MT t -fdeps-format=p1689r5 -c a.cc -o .a.o",
                              "-MD -fdeps-format=p1689r5 -c a.cc -o a.ddi"}) {
    EXPECT_TRUE(is_refused(modules + options)) << options;
  }
}

}  // namespace
}  // namespace larder::compile
