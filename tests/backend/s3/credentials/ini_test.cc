#include "backend/s3/credentials/ini.h"

#include <gtest/gtest.h>

#include <string>

namespace larder::s3 {
namespace {

std::string setting(const IniFile& file, const std::string& section, const std::string& name) {
  return file.at(section).at(name);
}

TEST(Ini, ReadsSectionsAndSettings) {
  const auto file = parse_ini(
                        "# a comment\n; another\n\n[default]\nregion=eu-west-1\r\n"
                        "[ profile x ]  # here\nAWS_Key =  a = b ; c #d\nempty =\n",
                        "f")
                        .value();

  EXPECT_EQ(setting(file, "default", "region"), "eu-west-1");
  EXPECT_EQ(setting(file, "profile x", "aws_key"), "a = b ; c #d");
  EXPECT_EQ(setting(file, "profile x", "empty"), "");
}

TEST(Ini, PassesOverWhatBelongsToTheSettingAbove) {
  const auto file =
      parse_ini("[default]\ns3 =\n  region = nested\n  [x]\nregion = own\n", "f").value();

  EXPECT_EQ(setting(file, "default", "region"), "own");
  EXPECT_EQ(file.size(), 1U);
}

TEST(Ini, ReadsSettingsThatAreAllIndented) {
  const auto file = parse_ini("[a]\n  x = 1\n  y = 2\n[b]\n    x = 3\n", "f").value();

  EXPECT_EQ(setting(file, "a", "y"), "2");
  EXPECT_EQ(setting(file, "b", "x"), "3");
}

TEST(Ini, JoinsSectionsAndTakesTheLaterSetting) {
  const auto file = parse_ini("[a]\nx = 1\ny = 1\n[b]\n[a]\nx = 2", "f").value();

  EXPECT_EQ(setting(file, "a", "x"), "2");
  EXPECT_EQ(setting(file, "a", "y"), "1");
}

TEST(Ini, PassesOverAByteOrderMark) {
  EXPECT_EQ(setting(parse_ini("\xEF\xBB\xBF[a]\nx = 1\n", "f").value(), "a", "x"), "1");
}

TEST(Ini, RefusesOtherLinesWithoutTellingThem) {
  for (const std::string text : {"[a]\nHUSH\n", "[a]\nx = 1\n[HUSH\n", "\nHUSH = 1\n"}) {
    const auto file = parse_ini(text, "/home/config");

    ASSERT_FALSE(file) << text;
    EXPECT_EQ(file.error().code(), ErrorCode::invalid_argument);
    EXPECT_TRUE(file.error().message().starts_with("/home/config:")) << file.error().message();
    EXPECT_EQ(file.error().message().find("HUSH"), std::string::npos);
  }
}

}  // namespace
}  // namespace larder::s3
