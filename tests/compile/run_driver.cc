#include "run_driver.h"

#include "support/temp_dir.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <fstream>
#include <sstream>

#include <cstdio>
#include <cstdlib>

namespace larder::compile {
namespace {

std::string read_all(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

pid_t start(const std::string& directory, const std::vector<std::string>& command,
            const std::string& printed) {
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, printed.c_str(), O_WRONLY | O_CREAT, 0666);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  ::setenv("LC_ALL", "C", 1);
  pid_t pid = -1;
  const int failure =
      posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) {
    std::fprintf(stderr, "%s: cannot be started\n", command[0].c_str());
    std::abort();
  }
  return pid;
}

}  // namespace

DriverResult run_driver(const std::string& directory, const std::vector<std::string>& command) {
  const support::TempDir output;
  const auto printed = output.file("printed");
  const pid_t pid = start(directory, command, printed);
  int status = 0;
  if (::waitpid(pid, &status, 0) != pid) std::abort();
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_all(printed)};
}

}  // namespace larder::compile
