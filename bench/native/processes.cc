#include "processes.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <vector>

#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kBatches = 20;

/// What a process tells of its batches: microseconds for a call; 0 where there was no batch.
using Batches = std::array<double, kBatches>;

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

double microseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
}

/// Memory that the processes share with their parent.
Batches* share(unsigned processes) {
  void* memory = ::mmap(nullptr, processes * sizeof(Batches), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) die("mmap");
  return static_cast<Batches*>(memory);
}

/// A pipe whose ends are closed one by one.
struct Pipe {
  Pipe() {
    if (::pipe(ends.data()) != 0) die("pipe");
  }

  [[nodiscard]] int reader() const { return ends[0]; }
  [[nodiscard]] int writer() const { return ends[1]; }

  std::array<int, 2> ends = {};
};

/// Makes this process's share of the calls.
void work(const Operation& operation, const std::function<void(std::uint64_t)>& call,
          unsigned process, Batches& batches) {
  const std::uint64_t calls = operation.calls / operation.processes;
  for (std::uint64_t batch = 0; batch < kBatches; ++batch) {
    const std::uint64_t first = calls * batch / kBatches;
    const std::uint64_t last = calls * (batch + 1) / kBatches;
    if (first == last) continue;
    const auto begin = Clock::now();
    for (std::uint64_t i = first; i < last; ++i) call(i * operation.processes + process);
    batches[batch] = microseconds_since(begin) / static_cast<double>(last - first);
  }
}

/// Starts the processes. Each says that it is ready, and begins when `go` has no writer any more.
void start(const Operation& operation, const Pipe& ready, const Pipe& go, Batches* batches) {
  for (unsigned process = 0; process < operation.processes; ++process) {
    const pid_t pid = ::fork();
    if (pid < 0) die("fork");
    if (pid > 0) continue;
    ::close(go.writer());
    const auto call = operation.prepare();
    char byte = 0;
    if (::write(ready.writer(), &byte, 1) != 1) die("write");
    if (::read(go.reader(), &byte, 1) != 0) die("read");
    work(operation, call, process, batches[process]);
    ::_exit(0);
  }
  for (unsigned process = 0; process < operation.processes; ++process) {
    char byte = 0;
    if (::read(ready.reader(), &byte, 1) != 1) die("read");
  }
}

/// Waits for all. The CPU time is theirs, from beginning to end.
rusage wait_for_all(unsigned processes) {
  rusage total = {};
  for (unsigned i = 0; i < processes; ++i) {
    int status = 0;
    rusage one = {};
    if (::wait4(-1, &status, 0, &one) < 0) die("wait4");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) std::exit(1);
    timeradd(&total.ru_utime, &one.ru_utime, &total.ru_utime);
    timeradd(&total.ru_stime, &one.ru_stime, &total.ru_stime);
    total.ru_maxrss = std::max(total.ru_maxrss, one.ru_maxrss);
  }
  return total;
}

double microseconds(const timeval& time) {
  return 1e6 * static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec);
}

std::vector<double> sorted(const Batches* batches, unsigned processes) {
  std::vector<double> all;
  for (unsigned process = 0; process < processes; ++process) {
    std::ranges::copy_if(batches[process], std::back_inserter(all),
                         [](double us) { return us > 0; });
  }
  std::ranges::sort(all);
  return all;
}

}  // namespace

void measure(const Operation& operation) {
  Batches* const batches = share(operation.processes);
  const Pipe ready;
  const Pipe go;
  (void)std::fflush(stdout);
  start(operation, ready, go, batches);
  const auto begin = Clock::now();
  ::close(go.writer());
  const rusage used = wait_for_all(operation.processes);
  const double wall_us = microseconds_since(begin);

  const auto each = sorted(batches, operation.processes);
  const auto calls =
      static_cast<double>(operation.calls / operation.processes * operation.processes);
  std::printf(
      R"({"operation": "%s", "processes": %u, "calls": %.0f, "us_min": %.3f, "us_median": %.3f, )"
      R"("us_cpu": %.3f, "per_second": %.1f, "max_rss_kib": %ld})"
      "\n",
      operation.name.c_str(), operation.processes, calls, each.front(), each[each.size() / 2],
      (microseconds(used.ru_utime) + microseconds(used.ru_stime)) / calls, 1e6 * calls / wall_us,
      used.ru_maxrss);
  (void)std::fflush(stdout);
  for (const int fd : {ready.reader(), ready.writer(), go.reader()}) ::close(fd);
  ::munmap(batches, operation.processes * sizeof(Batches));
}

}  // namespace bench
