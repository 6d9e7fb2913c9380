#include "cli/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace larder::cli {
namespace {

using testing::HasSubstr;

const Command& command_named(std::string_view name) {
  return *std::ranges::find(commands(), name, &Command::name);
}

TEST(Commands, AreTheFirstWordsThatAreNoCompiler) {
  for (const std::string_view word : {"stats", "store", "wrap", "clean", "config", "help",
                                      "version", "--help", "--version", "-h", "-V"}) {
    EXPECT_TRUE(is_command_word(word)) << word;
  }
  for (const std::string_view word : {"gcc", "put", "sto", "store put", ""}) {
    EXPECT_FALSE(is_command_word(word)) << word;
  }
}

TEST(Commands, AreAllInTheHelp) {
  const std::string help = program_help();

  for (const Command& command : commands()) {
    EXPECT_THAT(help, HasSubstr("\n  " + std::string(command.name) + " "));
  }
}

TEST(CommandHelp, ShowsUsageAndEveryOption) {
  const std::string help = command_help(command_named("store ls"));

  EXPECT_TRUE(help.starts_with("usage: larder store ls [OPTION]...\n\n")) << help;
  for (const std::string_view option : {"--long ", "--dir DIR ", "--namespace A/B ", "--json "}) {
    EXPECT_THAT(help, HasSubstr("\n  " + std::string(option)));
  }
}

}  // namespace
}  // namespace larder::cli
