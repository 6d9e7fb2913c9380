#pragma once

#include "backend/courier/runtime_dir.h"
#include "sys/clock.h"
#include "sys/mapped_file.h"
#include <larder/result.h>

#include <optional>
#include <string>

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace larder::courier {

/// What all clients of a courier know of how it is: a mapped file beside its socket, so that one
/// finds out and the others do without. Movable. Thread-safe, also among processes.
class SharedState {
 public:
  /// How long a courier that did not answer in time is left alone.
  static constexpr std::chrono::seconds kPause{30};
  /// How long after the first start that did not come up in time; doubled each time up to kPause.
  static constexpr std::chrono::milliseconds kFirstStartPause{100};
  /// While one client tries a courier again after a pause, the others wait for how that goes.
  static constexpr std::chrono::seconds kTrial{3};
  /// How long a start has until another may be made.
  static constexpr std::chrono::seconds kStartTime{1};

  /// `name` is a file in the directory; made where it is missing. `clock` must outlive it. Three
  /// syscalls. Errors: no_space, denied, io.
  static Result<SharedState> open_or_create(const RuntimeDir& dir, const std::string& name,
                                            const sys::Clock& clock);

  /// The leave to ask the courier, which the client says with how that went; of several that were
  /// given at the same time the first word holds. Nullopt: not now.
  using Leave = std::uint64_t;

  /// Once a pause is over one client gets leave; the others when that one has said how it went, or
  /// after kTrial.
  [[nodiscard]] std::optional<Leave> may_ask() noexcept;

  /// Whether the courier may be started: by one client in kStartTime.
  [[nodiscard]] bool may_start() noexcept;

  /// It answered in time: all may ask.
  void succeeded(Leave leave) noexcept;

  /// It accepted and did not answer in time: nobody asks for kPause.
  void was_late(Leave leave) noexcept;

  /// It did not come up in time, or has ended instead of answering: nobody asks for a while, which
  /// grows with the number of times that this has happened since it last answered.
  void was_missing(Leave leave) noexcept;

 private:
  SharedState(sys::MappedFile file, const sys::Clock& clock)
      : file_(std::move(file)), clock_(&clock) {}

  [[nodiscard]] std::int64_t now_ns() const noexcept;
  [[nodiscard]] std::uint64_t& word(std::size_t number) const noexcept;
  bool pause_for(std::chrono::nanoseconds pause, Leave leave) noexcept;

  sys::MappedFile file_;
  const sys::Clock* clock_;
};

}  // namespace larder::courier
