#include "compile/compiler_command.h"

#include "compile/find_program.h"
#include "util/try.h"

#include <unistd.h>

#include <cerrno>

namespace larder::compile {

Result<CompilerCommand> CompilerCommand::find(std::span<char* const> command) {
  CompilerCommand found;
  found.words.assign(command.begin(), command.end());
  LARDER_TRY(found.path, find_compiler(found.words.front()));
  // gcc looks itself up by this name to find its parts, and must not find a link to larder.
  const auto by_name = find_program(found.words.front());
  if (!by_name || *by_name != found.path) found.words.front() = found.path;
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
