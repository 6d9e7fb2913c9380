#pragma once

#include "sys/clock.h"

#include <atomic>

#include <chrono>

namespace larder::support {

/// A clock that moves only when told, except that each reading is one nanosecond later than the
/// one before, so that no two uses tie. Thread-safe.
class FakeClock final : public sys::Clock {
 public:
  [[nodiscard]] std::chrono::system_clock::time_point now() const override {
    return std::chrono::system_clock::time_point(std::chrono::nanoseconds(++nanoseconds_));
  }

  void advance(std::chrono::nanoseconds by) { nanoseconds_ += by.count(); }

 private:
  // 2020-01-01: in the past for every file system, in the future for none.
  mutable std::atomic<std::int64_t> nanoseconds_{1'577'836'800'000'000'000};
};

}  // namespace larder::support
