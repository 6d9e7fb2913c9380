#pragma once

#include "util/mutex.h"

#include <atomic>
#include <string>
#include <string_view>
#include <thread>

#include <cstdint>

namespace larder::cli {

/// Shows on standard error, if that is a terminal, how a command that takes longer than a second
/// gets on; the line is gone when this is destroyed. `set` is safe from any thread.
class Progress {
 public:
  enum class Unit : std::uint8_t { none, bytes, entries };

  /// `label` is what is being done, such as "verify".
  Progress(std::string_view label, Unit unit);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  void set(std::uint64_t count) { count_.store(count, std::memory_order_relaxed); }

 private:
  void show_until_done();
  [[nodiscard]] std::string line(std::int64_t seconds) const;

  const std::string label_;
  const Unit unit_;
  std::atomic<std::uint64_t> count_ = 0;
  util::Mutex mutex_;
  util::ConditionVariable done_changed_;
  bool done_ LARDER_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // not started where nothing is to be shown
};

}  // namespace larder::cli
