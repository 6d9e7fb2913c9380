#include "cli/run.h"

#include "cli/command.h"
#include "cli/output.h"
#include "cli/sibling.h"
#include "util/bytes.h"
#include "util/similar.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace larder::cli {
namespace {

using Words = std::span<char* const>;

/// The program that has all commands and all types of store.
constexpr std::string_view kStoreProgram = "larder-store";

int status_of(ExitCode code) { return static_cast<int>(code); }

int usage_error(const std::string& message, std::string_view usage) {
  print_error(message);
  print_hint(usage);
  return status_of(ExitCode::usage);
}

/// Says why a command failed; a reader that went away needs no telling.
void report(std::string_view command, const Error& error) {
  if (error.os_error() == EPIPE) return;
  std::string message(command);
  print_error(message.append(": ").append(error.message()));
}

int print_and_exit(std::string_view text) {
  Output out;
  out.print(text);
  const auto finished = out.finish();
  if (finished) return status_of(ExitCode::done);
  report("help", finished.error());
  return status_of(ExitCode::error);
}

bool is_help(std::string_view word) { return word == "--help" || word == "-h"; }

/// The command that the words begin with, or nullptr.
const Command* find_command(Words words) {
  std::string name;
  for (std::size_t count = 0; count < std::min(words.size(), std::size_t{2}); ++count) {
    if (count > 0) name += ' ';
    name += words[count];
    const auto found = std::ranges::find(commands(), name, &Command::name);
    if (found != commands().end()) return &*found;
  }
  return nullptr;
}

bool is_group(std::string_view word) {
  const std::string prefix = std::string(word) + " ";
  return std::ranges::any_of(
      commands(), [&](const Command& command) { return command.name.starts_with(prefix); });
}

/// For words that begin with no command: a group's help, or what is wrong with them.
int run_no_command(Words words) {
  std::string name(words[0]);
  std::string hint = "see larder --help";
  if (is_group(name)) {
    hint = "see larder " + name + " --help";
    if (words.size() < 2) return usage_error(name + ": missing COMMAND", hint);
    if (is_help(words[1])) return print_and_exit(group_help(name));
    name.append(" ").append(words[1]);
  }
  std::vector<std::string_view> names;
  for (const Command& command : commands()) {
    names.push_back(command.name);
    names.push_back(command.name.substr(0, command.name.find(' ')));
  }
  std::string message = name + ": there is no such command";
  if (const auto meant = util::most_similar(name, names)) {
    message.append("; did you mean ").append(*meant).append("?");
  }
  return usage_error(message, hint);
}

int run_help(Words words) {
  if (words.empty()) return print_and_exit(program_help());
  if (const Command* command = find_command(words)) return print_and_exit(command_help(*command));
  if (words.size() == 1 && is_group(words[0])) return print_and_exit(group_help(words[0]));
  return run_no_command(words);
}

bool asks_for_help(Words words) {
  const auto end = std::ranges::find(words, std::string_view("--"));
  return std::any_of(words.begin(), end, is_help);
}

/// Runs a command; `words` are all that follow the program's name.
int run_command(const Command& command, Words words, std::span<const StoreType> types) {
  const auto name_words = std::ranges::count(command.name, ' ') + 1;
  const Words rest = words.subspan(static_cast<std::size_t>(name_words));
  if (asks_for_help(rest)) return print_and_exit(command_help(command));
  auto arguments = Arguments::parse(rest, command.options, command.operands);
  if (!arguments) {
    return usage_error(std::string(command.name) + ": " + arguments.error().message(),
                       usage_line(command));
  }
  Invocation invocation(*std::move(arguments), types);
  if (invocation.needs_store_program(command.scope)) return become_sibling(kStoreProgram, words);
  const auto code = command.run(invocation);
  const auto finished = invocation.out().finish();
  if (!code) {
    report(command.name, code.error());
    return status_of(invocation.failure());
  }
  if (!finished) {
    report(command.name, finished.error());
    return status_of(ExitCode::error);
  }
  return status_of(*code);
}

}  // namespace

int run(Words words, std::span<const StoreType> types) {
  // A reader that goes away is then an error of the write, like a full disk.
  (void)std::signal(SIGPIPE, SIG_IGN);
  if (words.empty()) return usage_error("missing COMMAND", "see larder --help");
  const std::string_view first = words[0];
  if (first == "version" || first == "--version" || first == "-V") {
    return print_and_exit("larder " LARDER_VERSION "\n");
  }
  if (first == "help" || is_help(first)) return run_help(words.subspan(1));
  if (first == kWrap) {
    if (asks_for_help(words)) return print_and_exit(program_help());
    return usage_error("wrap: missing COMPILER", "usage: larder wrap COMPILER [ARGUMENT]...");
  }
  const Command* const command = find_command(words);
  if (command == nullptr) return run_no_command(words);
  return run_command(*command, words, types);
}

}  // namespace larder::cli
