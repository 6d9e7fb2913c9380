#include <larder/name.h>

#include <gtest/gtest.h>

#include <string>

namespace larder {
namespace {

TEST(Name, KeepsItsText) {
  for (const std::string& text :
       {std::string("output"), std::string("a b"), std::string("a."), std::string("-"),
        std::string("~"), std::string("ab:c*?"), std::string("größe"),
        std::string("\xf0\x9f\x8d\x9e"), std::string(200, 'n')}) {
    const auto name = Name::parse(text);
    ASSERT_TRUE(name) << name.error().message();
    EXPECT_EQ(name->text(), text);
  }
}

TEST(Name, RefusesWhatIsNoPathComponent) {
  for (const std::string& text :
       {std::string(), std::string("."), std::string(".."), std::string(".hidden"),
        std::string("a/b"), std::string("/"), std::string("a\\b"), std::string("a\0b", 3),
        std::string("a\n"), std::string("\x7f"), std::string("\x1b[0m"), std::string(201, 'n')}) {
    EXPECT_EQ(Name::parse(text).error().code(), ErrorCode::invalid_argument) << text;
  }
}

TEST(Name, RefusesWhatIsNoUtf8) {
  for (const std::string& text :
       {std::string("\x80"), std::string("\xc3"), std::string("\xc3("), std::string("\xc0\xaf"),
        std::string("\xe0\x80\xaf"), std::string("\xed\xa0\x80"), std::string("\xf4\x90\x80\x80"),
        std::string("\xf0\x80\x80\xaf"), std::string("\xff"), std::string("ok\xe2\x82")}) {
    EXPECT_EQ(Name::parse(text).error().code(), ErrorCode::invalid_argument);
  }
}

TEST(Name, SaysWhichRuleWasBroken) {
  EXPECT_EQ(Name::parse(".git").error().message(),
            "name \".git\" is refused: it begins with \".\"");
  EXPECT_EQ(Name::parse("\n").error().message(),
            "name of bytes 0a is refused: it holds \"/\", \"\\\" or a control byte");
}

}  // namespace
}  // namespace larder
