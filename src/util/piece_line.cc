#include "util/piece_line.h"

#include "util/try.h"

#include <utility>

namespace larder::util {

PieceLine::PieceLine(Helper* helper, Work work, HandOver hand_over)
    : helper_(helper), work_(std::move(work)), hand_over_(std::move(hand_over)) {}

PieceLine::~PieceLine() {
  const MutexLock lock(mutex_);
  is_ended_ = true;
}

Result<std::size_t> PieceLine::claim() {
  while (submitted_ - handed_over_ == kPlaces) LARDER_CHECK(advance());
  return submitted_ % kPlaces;
}

void PieceLine::submit() {
  {
    const MutexLock lock(mutex_);
    state_of(submitted_++) = State::filled;
  }
  get_help();
}

/// Without it the owner's thread does everything.
void PieceLine::get_help() {
  if (helper_ == nullptr) return;
  {
    const MutexLock lock(mutex_);
    if (std::exchange(is_helped_, true)) return;
  }
  help_ = helper_->begin([this] { help(); });
}

Result<void> PieceLine::finish() {
  while (handed_over_ < submitted_) LARDER_CHECK(advance());
  return {};
}

/// Hands over the first piece, or gets it nearer to that.
Result<void> PieceLine::advance() {
  std::optional<std::size_t> taken;
  {
    const MutexLock lock(mutex_);
    while (state_of(handed_over_) != State::done) {
      taken = take();
      if (taken) break;
      changed_.wait(mutex_);
    }
  }
  if (taken) {
    work_on(*taken);
    return {};
  }
  LARDER_CHECK(hand_over_(handed_over_ % kPlaces));
  const MutexLock lock(mutex_);
  state_of(handed_over_++) = State::free;
  return {};
}

std::optional<std::size_t> PieceLine::take() {
  if (state_of(next_) != State::filled) return std::nullopt;
  state_of(next_) = State::in_work;
  return next_++;
}

void PieceLine::work_on(std::size_t piece) {
  work_(piece % kPlaces);
  const MutexLock lock(mutex_);
  state_of(piece) = State::done;
  changed_.notify_all();
}

/// Works on what is filled, as long as there is some.
void PieceLine::help() {
  while (true) {
    std::optional<std::size_t> taken;
    {
      const MutexLock lock(mutex_);
      if (!is_ended_) taken = take();
      is_helped_ = taken.has_value();
    }
    if (!taken) return;
    work_on(*taken);
  }
}

}  // namespace larder::util
