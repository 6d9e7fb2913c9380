#include "cli/command.h"

#include "cli/compile_commands.h"
#include "cli/config_command.h"
#include "cli/courier_commands.h"
#include "cli/explain_command.h"
#include "cli/maintenance_commands.h"
#include "cli/store_commands.h"

#include <algorithm>
#include <array>
#include <vector>

#include <cstddef>

namespace larder::cli {
namespace {

constexpr Option kStore = {"--store", "URL|DIR",
                           "the store at s3://BUCKET/PREFIX?KEY=VALUE&... or in this directory"};
constexpr Option kDir = {"--dir", "DIR", "the store in this directory, not the configured one"};
constexpr Option kNamespace = {"--namespace", "A/B", "the namespace of that path, not the root"};
constexpr Option kJson = {"--json", "", "print JSON"};
constexpr Option kMaxSize = {"--max-size", "SIZE",
                             "remove the least recently used above this total"};
constexpr Option kMaxAge = {"--max-age", "AGE", "remove what was not used for longer than this"};
constexpr Option kDryRun = {"--dry-run", "", "only say what would be removed"};
constexpr Option kLong = {"--long", "", "with size and time of last use (UTC)"};
constexpr Option kRepair = {"--repair", "", "remove what cannot be served, correct the counts"};

constexpr Option kBuild = {"--build", "", "sum up the last build instead"};
constexpr Option kSince = {"--since", "TIME", "the build since TIME, such as 2h or as printed"};
constexpr Option kZero = {"--zero", "", "set all counts to zero"};

constexpr Option kTimeout = {"--timeout", "AGE", "give up after this time, 5m if not given"};

constexpr std::span<const Option> kNoOptions = {};
constexpr std::array kStatsOptions = {kZero, kJson};
constexpr std::array kExplainOptions = {kBuild, kSince, kJson};
constexpr std::array kCleanOptions = {kMaxSize, kMaxAge, kDryRun, kJson};
constexpr std::array kConfigOptions = {kJson};
constexpr std::array kCourierStatusOptions = {kJson};
constexpr std::array kFlushOptions = {kTimeout};
constexpr std::array kStoreOptions = {kStore, kDir, kNamespace};
constexpr std::array kLsOptions = {kLong, kStore, kDir, kNamespace, kJson};
constexpr std::array kStoreStatsOptions = {kStore, kDir, kNamespace, kJson};
constexpr std::array kStoreCleanOptions = {kMaxSize, kMaxAge,    kDryRun, kStore,
                                           kDir,     kNamespace, kJson};
constexpr std::array kVerifyOptions = {kRepair, kStore, kDir, kNamespace, kJson};

constexpr std::array kCommands = {
    Command{"stats",
            {""},
            "print hits, misses and what was passed through",
            "Counts are of all who use the store; sizes are those of the whole store.\n",
            kStatsOptions,
            stats},
    Command{"explain",
            {"[FILE]"},
            "say why the last compile of a source or object was no hit",
            "Names what differs from the compile before, and a hit since. Hits leave no record of "
            "their\nown. Exits with 1 if neither a miss nor an uncached run of it is recorded.\n"
            "With --build, and without FILE: hits, misses by cause, and the ten costliest, since "
            "the\nlast ten minutes without a miss or an uncached run. Hits are of all who use the "
            "store.\n",
            kExplainOptions,
            explain},
    Command{"inspect",
            {"KEY|OBJECT"},
            "print what is stored under a key, or for an object file",
            "Prints JSON. Exits with 1 if nothing is.\n",
            kNoOptions,
            inspect},
    Command{"clean",
            {""},
            "remove entries from every configured store",
            "With neither size nor age, gets each store within its configured limit.\n",
            kCleanOptions,
            clean,
            Scope::all},
    Command{"config",
            {""},
            "print every setting and where it comes from",
            "The text is a config file that says the same.\n",
            kConfigOptions,
            config},
    Command{"courier status",
            {""},
            "print what the courier is at, and what waits to be uploaded",
            "Exits with 1 if none runs for these settings; larder starts one when it is needed.\n",
            kCourierStatusOptions,
            courier_status},
    Command{"courier flush",
            {""},
            "wait until everything has been uploaded",
            "For the end of a build on a machine that is then gone. Exits with 3 if something "
            "could not\nbe uploaded.\n",
            kFlushOptions,
            courier_flush},
    Command{"courier stop",
            {""},
            "end the courier",
            "What waits to be uploaded stays for the next one.\n",
            kNoOptions,
            courier_stop},
    Command{"store put",
            {"KEY NAME [FILE]"},
            "store or replace one blob",
            "The entry's other blobs stay. Without FILE, or for -, reads standard input.\n",
            kStoreOptions,
            store_put,
            Scope::target},
    Command{"store get",
            {"KEY NAME [FILE]"},
            "write out one blob",
            "Without FILE, or for -, writes to standard output; FILE is replaced whole or not at "
            "all.\nExits with 1 if there is no such blob.\n",
            kStoreOptions,
            store_get,
            Scope::target},
    Command{"store has",
            {"KEY"},
            "tell by the exit status whether there is an entry",
            "Exits with 0 if there is, with 1 if there is not. Prints nothing.\n",
            kStoreOptions,
            store_has,
            Scope::target},
    Command{"store rm",
            {"KEY"},
            "remove an entry",
            "Removing what is not there succeeds.\n",
            kStoreOptions,
            store_rm,
            Scope::target},
    Command{"store ls",
            {""},
            "list the entries, namespaces included",
            "One entry a line, KEY or NAMESPACE/KEY, in no particular order.\n",
            kLsOptions,
            store_ls,
            Scope::target},
    Command{"store stats",
            {""},
            "print number and size of the entries, namespaces included",
            "",
            kStoreStatsOptions,
            store_stats,
            Scope::target},
    Command{"store clean",
            {""},
            "remove entries, least recently used first",
            "With neither size nor age, gets the store within its configured limit.\n",
            kStoreCleanOptions,
            store_clean,
            Scope::target},
    Command{"store put-entry",
            {"KEY NAME=FILE..."},
            "store or replace an entry, all its blobs at once",
            "For one FILE that is -, reads standard input.\n",
            kStoreOptions,
            store_put_entry,
            Scope::target},
    Command{"store get-entry",
            {"KEY DIR"},
            "write all blobs of an entry into a directory",
            "Each blob becomes the file of its name; DIR is created if it is missing.\nExits with "
            "1 if there is no such entry.\n",
            kStoreOptions,
            store_get_entry,
            Scope::target},
    Command{"store verify",
            {""},
            "read everything and report what is wrong",
            "Exits with 3 if anything is wrong and not repaired.\n",
            kVerifyOptions,
            store_verify,
            Scope::target},
};

constexpr std::array<std::string_view, 7> kRequests = {kWrap,       "help", "version", "--help",
                                                       "--version", "-h",   "-V"};

/// One line of a list: the term, padded, and what it is.
std::string list_line(std::string_view term, std::string_view text) {
  constexpr std::size_t kTextColumn = 22;
  std::string line = "  ";
  line.append(term);
  line.append(line.size() < kTextColumn ? kTextColumn - line.size() : 2, ' ');
  return line.append(text).append("\n");
}

std::string command_list(std::string_view prefix) {
  std::string out = "commands:\n";
  for (const Command& command : kCommands) {
    if (command.name.starts_with(prefix)) out += list_line(command.name, command.summary);
  }
  return out;
}

std::string option_term(const Option& option) {
  std::string term(option.name);
  if (!option.value.empty()) term.append(" ").append(option.value);
  return term;
}

constexpr std::string_view kExitHelp =
    "Commands exit with 0 when done or found, 1 when not found, 2 for a wrong command line, 3 for "
    "an "
    "error.\n";

}  // namespace

std::span<const Command> commands() noexcept { return kCommands; }

bool is_command_word(std::string_view word) noexcept {
  if (std::ranges::find(kRequests, word) != kRequests.end()) return true;
  return std::ranges::any_of(kCommands, [word](const Command& command) {
    return command.name.substr(0, command.name.find(' ')) == word;
  });
}

std::string program_help() {
  return "usage: larder [wrap] COMPILER [ARGUMENT]...\n"
         "       larder COMMAND [OPTION]... [OPERAND]...\n"
         "       larder --help | --version\n\n"
         "Runs the compiler, or gives back what it gave when it last ran on the same input. "
         "Called\n"
         "by a link that is named as a compiler, larder stands for that compiler.\n\n" +
         command_list("") +
         "\nlarder COMMAND --help says more about one. Settings: larder-config(5).\n" +
         std::string(kExitHelp);
}

std::string group_help(std::string_view group) {
  std::string out = "usage: larder ";
  out.append(group).append(" COMMAND [OPTION]... [OPERAND]...\n\n");
  out.append(command_list(group));
  if (group == "store") {
    out.append("\nKEY is 1 to 64 bytes in hex digits, NAME one path component.");
  }
  return out.append("\n").append(kExitHelp);
}

std::string usage_line(const Command& command) {
  std::string out = "usage: larder ";
  out.append(command.name).append(" [OPTION]...");
  if (!command.operands.synopsis.empty()) out.append(" ").append(command.operands.synopsis);
  return out;
}

std::string command_help(const Command& command) {
  std::string out = usage_line(command);
  out.append("\n\n").append(command.summary).append("\n");
  if (!command.details.empty()) out.append("\n").append(command.details);
  out.append("\noptions:\n");
  for (const Option& option : command.options) out += list_line(option_term(option), option.help);
  return out.append(list_line("--help", "print this"));
}

}  // namespace larder::cli
