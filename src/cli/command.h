#pragma once

#include "cli/arguments.h"
#include "cli/invocation.h"
#include "cli/output.h"
#include "cli/scope.h"
#include <larder/result.h>

#include <span>
#include <string>
#include <string_view>

namespace larder::cli {

/// A command of the program. Its texts are static.
struct Command {
  std::string_view name;  ///< Its words, such as "store put".
  OperandRule operands;
  std::string_view summary;  ///< What it does, in a list of commands.
  std::string_view details;  ///< What its own help adds; lines that end in '\n'.
  std::span<const Option> options;
  Result<ExitCode> (*run)(Invocation& invocation);
  Scope scope = Scope::compile;
};

/// All commands, in the order of the help.
std::span<const Command> commands() noexcept;

/// The word that a compiler may follow, for one that is named as a command.
inline constexpr std::string_view kWrap = "wrap";

/// Whether the word after `larder` means a command or asks for help or the version, and is not a
/// compiler.
bool is_command_word(std::string_view word) noexcept;

/// What `larder --help` prints.
std::string program_help();

/// What `larder GROUP --help` prints for the commands that begin with this word.
std::string group_help(std::string_view group);

/// What `larder COMMAND --help` prints.
std::string command_help(const Command& command);

/// "usage: larder store has [OPTION]... KEY".
std::string usage_line(const Command& command);

}  // namespace larder::cli
