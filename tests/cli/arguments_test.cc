#include "cli/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace larder::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::array kOptions = {Option{"--dir", "DIR", ""}, Option{"--dry-run", "", ""},
                                 Option{"--json", "", ""}};

Result<Arguments> parse(std::vector<std::string> words, std::string_view synopsis) {
  // The texts outlive the Arguments that refer to them.
  static std::vector<std::string> kept;
  kept = std::move(words);
  std::vector<char*> pointers;
  for (std::string& word : kept) pointers.push_back(word.data());
  return Arguments::parse(pointers, kOptions, {synopsis});
}

std::string error_of(std::vector<std::string> words, std::string_view synopsis = "KEY [FILE]") {
  const auto arguments = parse(std::move(words), synopsis);
  return arguments ? "no error" : arguments.error().message();
}

TEST(Arguments, TakesOptionsAmongOperands) {
  const auto arguments = parse({"--json", "a", "--dir", "/d", "b"}, "KEY NAME");

  ASSERT_TRUE(arguments);
  EXPECT_THAT(arguments->operands(), ElementsAre("a", "b"));
  EXPECT_TRUE(arguments->has("--json"));
  EXPECT_FALSE(arguments->has("--dry-run"));
  EXPECT_EQ(arguments->value("--dir"), "/d");
}

TEST(Arguments, TakesAValueAfterAnEqualsSign) {
  EXPECT_EQ(parse({"--dir=/a=b"}, "")->value("--dir"), "/a=b");
  EXPECT_EQ(parse({"--dir="}, "")->value("--dir"), "");
  EXPECT_EQ(parse({}, "")->value("--dir"), std::nullopt);
}

TEST(Arguments, LetsTheLastOfSeveralHold) {
  EXPECT_EQ(parse({"--dir", "/a", "--dir=/b"}, "")->value("--dir"), "/b");
}

TEST(Arguments, TakesOnlyOperandsAfterTwoDashes) {
  EXPECT_THAT(parse({"--", "--json", "-x"}, "KEY NAME")->operands(), ElementsAre("--json", "-x"));
}

TEST(Arguments, TakesALoneDashAsAnOperand) {
  EXPECT_THAT(parse({"a", "-"}, "KEY [FILE]")->operands(), ElementsAre("a", "-"));
}

TEST(Arguments, CountsOperands) {
  EXPECT_THAT(parse({}, "")->operands(), IsEmpty());
  EXPECT_EQ(error_of({"x"}, ""), "unexpected operand x");
  EXPECT_EQ(error_of({}), "missing KEY");
  EXPECT_EQ(error_of({"a", "b"}), "no error");
  EXPECT_EQ(error_of({"a", "b", "c"}), "unexpected operand c");
  EXPECT_EQ(error_of({"a"}, "KEY NAME=FILE..."), "missing NAME=FILE...");
  EXPECT_EQ(error_of({"a", "b", "c", "d"}, "KEY NAME=FILE..."), "no error");
}

TEST(Arguments, RefusesWhatIsNoOptionOfTheCommand) {
  EXPECT_EQ(error_of({"--dri=x"}), "unknown option --dri; did you mean --dir?");
  EXPECT_EQ(error_of({"-x"}), "unknown option -x");
  EXPECT_EQ(error_of({"--json=yes"}), "no value is taken by --json");
  EXPECT_EQ(error_of({"a", "--dir"}), "missing DIR after --dir");
}

}  // namespace
}  // namespace larder::cli
