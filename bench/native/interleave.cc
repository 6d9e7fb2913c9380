// usage: interleave PLAN
//
// Runs the groups of commands of a plan (plan.h) against each other: in each round every group
// once, in an order drawn anew, so that whatever else the machine does meets all alike. Prints a
// line for each run of a group: its number, the round, microseconds of wall time from before the
// first process is spawned until the last has been waited for, microseconds of user and of system
// time and KiB of the largest resident set, all with the children that a process has waited for.
//
// A process begins with this one's resident set to its name, so that no smaller one shows.

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <fstream>
#include <iostream>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "plan.h"

namespace bench {
namespace {

struct Usage {
  long wall_us = 0;
  long user_us = 0;
  long system_us = 0;
  long max_rss_kib = 0;
};

[[noreturn]] void fail(const std::string& what, int os_error) {
  throw std::runtime_error(what + ": " + std::strerror(os_error));
}

long now_us() {
  timespec now = {};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000 + now.tv_nsec / 1000;
}

long microseconds(const timeval& time) { return time.tv_sec * 1'000'000 + time.tv_usec; }

/// The texts as exec wants them.
std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (const std::string& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

/// A command with all that spawning it takes, so that nothing is worked out on the clock.
class Spawnable {
 public:
  Spawnable(const Command& command, const Group& group, int log)
      : name_(command.arguments.front().c_str()),
        arguments_(pointers(command.arguments)),
        environment_(pointers(group.environment)) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addchdir_np(&actions_, command.directory.c_str());
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, log, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, log, STDERR_FILENO);
  }
  Spawnable(const Spawnable&) = delete;
  Spawnable& operator=(const Spawnable&) = delete;
  ~Spawnable() { ::posix_spawn_file_actions_destroy(&actions_); }

  /// Starts the process; it does not copy this one's memory.
  pid_t spawn() const {
    pid_t pid = 0;
    const int os_error =
        ::posix_spawn(&pid, name_, &actions_, nullptr, arguments_.data(), environment_.data());
    if (os_error != 0) fail(std::string("run ") + name_, os_error);
    return pid;
  }

 private:
  const char* name_;
  std::vector<char*> arguments_;
  std::vector<char*> environment_;
  posix_spawn_file_actions_t actions_ = {};
};

/// Waits for any of the processes and adds what it took. Throws if it failed.
void wait_for_one(const Group& group, Usage& usage) {
  int status = 0;
  rusage used = {};
  if (::wait4(-1, &status, 0, &used) < 0) fail("wait4", errno);
  usage.user_us += microseconds(used.ru_utime);
  usage.system_us += microseconds(used.ru_stime);
  usage.max_rss_kib = std::max(usage.max_rss_kib, used.ru_maxrss);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw std::runtime_error("a command of '" + group.label + "' ended with wait status " +
                             std::to_string(status));
  }
}

/// Counts up the number in the file and lets the clock of the file system go on: nobody compiles in
/// the very millisecond of an edit, and caches distrust a file from it.
void edit(const Edit& edit) {
  const int fd = ::open(edit.path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) fail("open " + edit.path, errno);
  std::string digits(6, '0');
  if (::pread(fd, digits.data(), 6, edit.offset) != 6) fail("read " + edit.path, errno);
  digits = std::to_string(1'000'000 + (std::stol(digits) + 1) % 1'000'000).substr(1);
  if (::pwrite(fd, digits.data(), 6, edit.offset) != 6) fail("write " + edit.path, errno);
  ::close(fd);
  const timespec pause = {.tv_sec = 0, .tv_nsec = 30'000'000};
  ::nanosleep(&pause, nullptr);
}

/// Puts an output out of the way, and empties it where it has no other name. It is not removed:
/// ext4 makes it expensive to create files for minutes after others were, which would be measured.
void set_aside(const std::string& path, const std::string& directory) {
  static unsigned long number = 0;
  const std::string aside =
      directory + "/" + std::to_string(::getpid()) + "-" + std::to_string(++number);
  if (::rename(path.c_str(), aside.c_str()) != 0) {
    if (errno == ENOENT) return;
    fail("set " + path + " aside", errno);
  }
  struct stat status = {};
  if (::stat(aside.c_str(), &status) != 0) fail("stat " + aside, errno);
  if (status.st_nlink == 1 && ::truncate(aside.c_str(), 0) != 0) fail("truncate " + aside, errno);
}

Usage run_group(const Group& group, const Plan& plan, int log) {
  std::deque<Spawnable> commands;
  for (const Command& command : group.commands) commands.emplace_back(command, group, log);
  for (const std::string& path : group.outputs) set_aside(path, plan.aside);
  if (!group.edit.path.empty()) edit(group.edit);

  Usage usage;
  unsigned running = 0;
  const long begin = now_us();
  for (const Spawnable& command : commands) {
    if (running == plan.jobs) {
      wait_for_one(group, usage);
      --running;
    }
    (void)command.spawn();
    ++running;
  }
  for (; running > 0; --running) wait_for_one(group, usage);
  usage.wall_us = now_us() - begin;
  return usage;
}

void run(const Plan& plan) {
  const int log = ::open(plan.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (log < 0) fail("open " + plan.log, errno);
  std::vector<std::size_t> order(plan.groups.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::mt19937 random(1);
  for (unsigned round = 0; round < plan.rounds; ++round) {
    std::shuffle(order.begin(), order.end(), random);
    for (const std::size_t i : order) {
      const Group& group = plan.groups[i];
      if (round % group.every != 0) continue;
      const Usage usage = run_group(group, plan, log);
      std::printf("%zu %u %ld %ld %ld %ld\n", i, round, usage.wall_us, usage.user_us,
                  usage.system_us, usage.max_rss_kib);
    }
  }
  ::close(log);
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  if (argc != 2) {
    (void)std::fprintf(stderr, "usage: interleave PLAN\n");
    return 2;
  }
  try {
    std::ifstream text(argv[1]);
    if (!text) throw std::runtime_error(std::string("cannot read ") + argv[1]);
    bench::run(bench::read_plan(text));
    return 0;
  } catch (const std::exception& error) {
    (void)std::fprintf(stderr, "interleave: %s\n", error.what());
    return 1;
  }
}
