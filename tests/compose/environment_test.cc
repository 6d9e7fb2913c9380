#include "compose/environment.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace larder::compose {
namespace {

constexpr std::array<const char*, 6> kEntries = {
    "HOME=/home/ann", "CACHES=/var/caches", "EMPTY=", "XDG_CACHE_HOME=relative", "A_1=b", nullptr};

std::string expanded(std::string_view path) {
  const auto result = Environment(kEntries.data()).expand_path(path);
  return result ? *result : result.error().message();
}

TEST(Environment, FindsWholeNamesOnly) {
  const Environment environment(kEntries.data());

  EXPECT_EQ(environment.find("HOME"), "/home/ann");
  EXPECT_EQ(environment.find("EMPTY"), "");
  EXPECT_EQ(environment.find("HOM"), std::nullopt);
  EXPECT_EQ(environment.find("CACHES_"), std::nullopt);
}

TEST(ExpandPath, LeavesAnAbsolutePathAlone) { EXPECT_EQ(expanded("/a b/~/c"), "/a b/~/c"); }

TEST(ExpandPath, ReplacesTheHomeDirectory) {
  EXPECT_EQ(expanded("~"), "/home/ann");
  EXPECT_EQ(expanded("~/.cache"), "/home/ann/.cache");
}

TEST(ExpandPath, ReplacesVariables) {
  EXPECT_EQ(expanded("$CACHES/x"), "/var/caches/x");
  EXPECT_EQ(expanded("/x${A_1}c${EMPTY}"), "/xbc");
  EXPECT_EQ(expanded("/price$$5"), "/price$5");
}

TEST(ExpandPath, RefusesWhatItCannotReplace) {
  EXPECT_EQ(expanded("/x/$NONE"), "\"/x/$NONE\": the variable NONE is not set");
  const std::string stray = ": expected $NAME, ${NAME}, or $$ for a dollar sign";
  EXPECT_EQ(expanded("/x/$"), "\"/x/$\"" + stray);
  EXPECT_EQ(expanded("/x/${HOME"), "\"/x/${HOME\"" + stray);
  EXPECT_EQ(expanded("/x/${}"), "\"/x/${}\"" + stray);
}

TEST(ExpandPath, RefusesWhatIsNotAbsolute) {
  EXPECT_EQ(expanded("cache"), "\"cache\": expected an absolute path");
  EXPECT_EQ(expanded("~bob/cache"), "\"~bob/cache\": expected an absolute path");
  EXPECT_EQ(expanded("$XDG_CACHE_HOME"), "\"$XDG_CACHE_HOME\": expected an absolute path");
  EXPECT_EQ(expanded(""), "\"\": expected an absolute path");
}

TEST(ExpandPath, RefusesNul) {
  EXPECT_EQ(expanded(std::string_view("/a\0b", 4)),
            std::string("\"/a\0b", 5) + "\": a path cannot hold a NUL byte");
}

TEST(BaseDirectory, IgnoresAVariableThatIsNotAbsolute) {
  const Environment environment(kEntries.data());

  EXPECT_EQ(environment.base_directory("XDG_CACHE_HOME", ".cache"), "/home/ann/.cache/larder");
  EXPECT_EQ(environment.base_directory("CACHES", ".cache"), "/var/caches/larder");
}

TEST(BaseDirectory, IsNothingWithoutHome) {
  const std::array<const char*, 2> entries = {"HOME=", nullptr};

  EXPECT_EQ(Environment(entries.data()).base_directory("XDG_CACHE_HOME", ".cache"), std::nullopt);
}

}  // namespace
}  // namespace larder::compose
