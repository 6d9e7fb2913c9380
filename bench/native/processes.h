#pragma once

#include <functional>
#include <string>

#include <cstdint>

namespace bench {

/// One operation, timed in one or several processes at once.
struct Operation {
  std::string name;
  unsigned processes = 1;
  std::uint64_t calls = 1;  ///< Of all processes together, each of which makes as many.

  /// Run once in each process, off the clock; what it returns makes a call of the given number. No
  /// two processes are given the same number.
  std::function<std::function<void(std::uint64_t)>()> prepare = {};
};

/// Runs the operation in processes of its own, which begin together, and prints what it took as a
/// line of JSON: microseconds of a call as the process that makes it sees it (the least and the
/// median of up to 20 batches for each process), microseconds of the processor for a call, calls
/// for each second of all processes together, KiB of the largest resident set of a process.
/// Ends the program if a process fails.
void measure(const Operation& operation);

}  // namespace bench
