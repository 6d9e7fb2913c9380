#include "compile/compiler_command.h"

#include "compile/find_program.h"
#include "util/try.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include <cerrno>

namespace larder::compile {
namespace {

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

}  // namespace

Result<CompilerCommand> CompilerCommand::find(std::span<char* const> command,
                                              std::string_view prefix_command) {
  CompilerCommand found;
  found.words.assign(command.begin(), command.end());
  LARDER_TRY(FoundCompiler compiler, find_compiler(found.words.front()));
  found.path = std::move(compiler.path);
  // gcc looks itself up by this name to find its parts, and must not find a link to larder.
  const bool is_by_path = found.words.front().find('/') != std::string::npos;
  if (!compiler.is_first || (is_by_path && found.words.front() != found.path)) {
    found.words.front() = found.path;
  }
  found.prefix = split_words(prefix_command);
  if (!found.prefix.empty()) {
    const auto program = find_program(found.prefix.front());
    if (!program) {
      return fail(ErrorCode::unavailable, "find " + found.prefix.front() + ": not in PATH");
    }
    found.prefix.front() = *program;
  }
  return found;
}

std::vector<std::string> CompilerCommand::full_words() const {
  std::vector<std::string> all = prefix;
  all.insert(all.end(), words.begin(), words.end());
  if (!prefix.empty()) all[prefix.size()] = path;
  return all;
}

int CompilerCommand::execute() const {
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  (void)::execv(path.c_str(), argv.data());  // returns only to fail
  return errno;
}

}  // namespace larder::compile
