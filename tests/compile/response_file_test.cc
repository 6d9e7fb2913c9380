#include "compile/response_file.h"

#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <map>

#include "run_driver.h"

namespace larder::compile {
namespace {

using Arguments = std::vector<std::string>;

FileReader reader_of(std::map<std::string, std::string> files) {
  return [files =
              std::move(files)](const std::string& path) -> std::variant<std::string, FileAbsence> {
    const auto found = files.find(path);
    if (found == files.end()) return FileAbsence::missing;
    return found->second;
  };
}

TEST(ResponseFile, SplitsAtWhiteSpaceOutsideQuotes) {
  for (const auto kind : {CompilerKind::gcc, CompilerKind::clang}) {
    EXPECT_EQ(split_response_file(kind, " -a\t-b\r\n-c 'd e'\"f g\" "),
              (Arguments{"-a", "-b", "-c", "d ef g"}));
    EXPECT_EQ(split_response_file(kind, R"(a\ b \"c '\'d' "\"e\\")"),
              (Arguments{"a b", "\"c", "'d", "\"e\\"}));
    EXPECT_EQ(split_response_file(kind, "-DX='not closed"), (Arguments{"-DX=not closed"}));
    EXPECT_EQ(split_response_file(kind, " \n"), Arguments());
  }
}

TEST(ResponseFile, DiffersWhereTheDriversDiffer) {
  EXPECT_EQ(split_response_file(CompilerKind::gcc, "a '' b\\"), (Arguments{"a", "", "b"}));
  EXPECT_EQ(split_response_file(CompilerKind::clang, "a '' b\\"), (Arguments{"a", "b\\"}));
  EXPECT_EQ(split_response_file(CompilerKind::gcc, "a\vb\fc"), (Arguments{"a", "b", "c"}));
  EXPECT_EQ(split_response_file(CompilerKind::clang, "a\vb\fc"), (Arguments{"a\vb\fc"}));
}

TEST(ResponseFile, ExpandsNestedFilesInPlace) {
  const auto files = reader_of({{"a", "1 @b 4"}, {"b", "2 3"}});

  const auto expanded =
      expand_response_files(CompilerKind::gcc, Arguments{"0", "@a", "5", "@missing"}, files);

  const auto& found = std::get<ExpandedArguments>(expanded);
  EXPECT_EQ(found.arguments, (Arguments{"0", "1", "2", "3", "4", "5", "@missing"}));
  EXPECT_EQ(found.files, (Arguments{"a", "b"}));
}

TEST(ResponseFile, RefusesFilesThatNameThemselves) {
  const auto files = reader_of({{"a", "x @a"}});

  const auto expanded = expand_response_files(CompilerKind::clang, Arguments{"@a"}, files);

  EXPECT_EQ(std::get<PassThrough>(expanded).reason, PassThroughReason::response_file);
}

TEST(ResponseFile, RefusesTooManyFilesAndArguments) {
  std::string many_files;
  for (std::size_t i = 0; i <= ResponseFileLimits::kMaxFiles; ++i) many_files += "@empty ";
  std::string many_arguments;
  for (std::size_t i = 0; i <= ResponseFileLimits::kMaxArguments; ++i) many_arguments += "x ";
  const auto files =
      reader_of({{"empty", ""}, {"files", many_files}, {"arguments", many_arguments}});

  for (const auto* argument : {"@files", "@arguments"}) {
    const auto expanded = expand_response_files(CompilerKind::gcc, Arguments{argument}, files);
    EXPECT_TRUE(std::holds_alternative<PassThrough>(expanded)) << argument;
  }
}

TEST(ResponseFile, RefusesNulsAndByteOrderMarks) {
  using namespace std::string_literals;
  for (const auto& content : {"a\0b"s, "\xff\xfe-c"s, "\xfe\xff-c"s, "\xef\xbb\xbf-c"s}) {
    const auto expanded =
        expand_response_files(CompilerKind::clang, Arguments{"@a"}, reader_of({{"a", content}}));
    EXPECT_TRUE(std::holds_alternative<PassThrough>(expanded));
  }
}

TEST(ResponseFile, ReadsRegularFilesOnly) {
  const support::TempDir directory;
  std::ofstream(directory.file("plain")) << "-c a.c";
  ASSERT_EQ(::mkfifo(directory.file("pipe").c_str(), 0600), 0);

  EXPECT_EQ(std::get<std::string>(read_response_file(directory.file("plain"))), "-c a.c");
  EXPECT_EQ(std::get<FileAbsence>(read_response_file(directory.file("gone"))),
            FileAbsence::missing);
  EXPECT_EQ(std::get<FileAbsence>(read_response_file(directory.file("pipe"))),
            FileAbsence::unreadable);
  EXPECT_EQ(std::get<FileAbsence>(read_response_file(directory.path())), FileAbsence::unreadable);
}

/// The arguments that a driver finds in a response file, told by the option it says it does not
/// know: each is expected to begin with `--!`.
Arguments arguments_seen_by(const std::string& driver, const std::string& content) {
  const support::TempDir directory;
  std::ofstream(directory.file("a.rsp")) << content;
  std::ofstream(directory.file("b.rsp")) << "--!nested '--!nested two'";
  const auto result = run_driver(directory.path(), {driver, "-c", "@a.rsp"});
  Arguments seen;
  for (auto at = result.printed.find("--!"); at != std::string::npos;) {
    const auto end = result.printed.find("'\n", at);
    seen.push_back(result.printed.substr(at, end - at));
    at = result.printed.find("--!", end);
  }
  return seen;
}

TEST(ResponseFile, IsSplitAsTheDriversThemselvesDo) {
  const FileReader files = reader_of({{"b.rsp", "--!nested '--!nested two'"}});
  for (const std::string content :
       {"--!aaaa --!bbbb\t--!cccc\n--!dddd\r\n--!eeee", "--!a\\ b '--!c d' \"--!e f\"",
        R"(--!a'b'"c"d --!e\\f)", R"('--!a\'b' "--!c\"d" --!e\"f)", "--!a\v--!b\f--!c",
        "'' --!a \"\"", "--!a\\\nb --!c", "'--!not closed --!b", "@b.rsp --!a @b.rsp", "--!a\\"}) {
    for (const auto* driver : {"gcc", "clang"}) {
      const auto kind = driver[0] == 'g' ? CompilerKind::gcc : CompilerKind::clang;
      Arguments expected;
      const auto expanded = expand_response_files(kind, split_response_file(kind, content), files);
      for (const auto& argument : std::get<ExpandedArguments>(expanded).arguments) {
        if (argument.starts_with("--!")) expected.push_back(argument);
      }
      EXPECT_EQ(arguments_seen_by(driver, content), expected) << driver << ": " << content;
    }
  }
}

}  // namespace
}  // namespace larder::compile
