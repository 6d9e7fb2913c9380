#pragma once

#include <chrono>

namespace larder::sys {

/// The time of day, as a seam for tests. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual std::chrono::system_clock::time_point now() const = 0;
};

/// The system's clock (CLOCK_REALTIME, nanoseconds).
const Clock& system_clock() noexcept;

}  // namespace larder::sys
