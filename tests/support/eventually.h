#pragma once

#include <thread>

#include <chrono>

namespace larder::support {

/// Whether the condition comes to hold: for what other threads or processes do, at their pace.
template <typename Condition>
[[nodiscard]] bool eventually(const Condition& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace larder::support
