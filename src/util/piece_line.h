#pragma once

#include "util/helper.h"
#include "util/mutex.h"
#include <larder/result.h>

#include <array>
#include <functional>
#include <optional>

#include <cstddef>

namespace larder::util {

/// Pieces on their way through a few places: filled and handed over in order by the thread that
/// owns the line, and worked on in between by that thread or by a helper.
///
/// The caller's thread calls everything but `work`, which must touch nothing but its place.
class PieceLine {
 public:
  static constexpr std::size_t kPlaces = 3;

  using Work = std::function<void(std::size_t place)>;
  using HandOver = std::function<Result<void>(std::size_t place)>;

  /// `helper`, if any, must outlive it.
  PieceLine(Helper* helper, Work work, HandOver hand_over);
  /// Waits for the helper, which drops what it has not begun.
  ~PieceLine();
  PieceLine(const PieceLine&) = delete;
  PieceLine& operator=(const PieceLine&) = delete;

  /// The place for the next piece, once there is one. Errors: those of handing over.
  Result<std::size_t> claim();
  /// The place that was claimed last has been filled.
  void submit();
  /// Hands over everything that was submitted. Errors: those of handing over.
  Result<void> finish();

 private:
  enum class State { free, filled, in_work, done };

  State& state_of(std::size_t piece) LARDER_REQUIRES(mutex_) { return states_[piece % kPlaces]; }
  std::optional<std::size_t> take() LARDER_REQUIRES(mutex_);
  void work_on(std::size_t piece) LARDER_EXCLUDES(mutex_);
  Result<void> advance() LARDER_EXCLUDES(mutex_);
  void get_help() LARDER_EXCLUDES(mutex_);
  void help() LARDER_EXCLUDES(mutex_);

  Helper* helper_;
  Work work_;
  HandOver hand_over_;
  std::size_t submitted_ = 0;  // how many; of the owner's thread
  std::size_t handed_over_ = 0;

  Mutex mutex_;
  ConditionVariable changed_;
  std::array<State, kPlaces> states_ LARDER_GUARDED_BY(mutex_) = {};
  std::size_t next_ LARDER_GUARDED_BY(mutex_) = 0;  // the first piece that nobody has taken
  bool is_helped_ LARDER_GUARDED_BY(mutex_) = false;
  bool is_ended_ LARDER_GUARDED_BY(mutex_) = false;
  Helper::Task help_;  // last, since it uses all of the above
};

}  // namespace larder::util
