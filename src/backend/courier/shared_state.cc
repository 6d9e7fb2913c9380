#include "backend/courier/shared_state.h"

#include "util/bytes.h"
#include "util/try.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <utility>

namespace larder::courier {
namespace {

/// The file: a magic and version, then words that are updated in place.
constexpr std::array<unsigned char, 8> kHeader = {0x89, 'L', 'C', 'S', 'T', 'A', 'T', 1};
constexpr std::size_t kFileBytes = 32;
constexpr std::size_t kRetryAt = 1;  ///< Nobody asks before this time; 0 if all may.
constexpr std::size_t kStarted = 2;  ///< When the last start was made.
constexpr std::size_t kMissing = 3;  ///< Times that it was missing since it last answered.

/// A doubling beyond this many is above kPause in any case.
constexpr std::uint64_t kMaxDoublings = 16;

sys::MappedFile::Format format() {
  return {.size = kFileBytes, .header = std::as_bytes(std::span(kHeader)), .mode = 0600};
}

}  // namespace

Result<SharedState> SharedState::open_or_create(const RuntimeDir& dir, const std::string& name,
                                                const sys::Clock& clock) {
  LARDER_TRY(auto file, sys::MappedFile::open_or_create(dir.fd(), name, format()));
  return SharedState(std::move(file), clock);
}

std::int64_t SharedState::now_ns() const noexcept {
  return std::chrono::nanoseconds(clock_->now().time_since_epoch()).count();
}

std::uint64_t& SharedState::word(std::size_t number) const noexcept {
  return reinterpret_cast<std::uint64_t*>(file_.bytes().data())[number];
}

std::optional<SharedState::Leave> SharedState::may_ask() noexcept {
  const std::atomic_ref retry_at(word(kRetryAt));
  std::uint64_t until = retry_at.load();
  if (until == 0) return until;
  const auto now = static_cast<std::uint64_t>(now_ns());
  const auto longest = std::chrono::nanoseconds(kPause).count();
  // A time further ahead than any pause was set before the clock was set back.
  if (until > now && until - now <= static_cast<std::uint64_t>(longest)) return std::nullopt;
  const Leave trial = now + static_cast<std::uint64_t>(std::chrono::nanoseconds(kTrial).count());
  if (!retry_at.compare_exchange_strong(until, trial)) return std::nullopt;
  return trial;
}

bool SharedState::may_start() noexcept {
  const std::atomic_ref started(word(kStarted));
  std::uint64_t last = started.load();
  const auto now = static_cast<std::uint64_t>(now_ns());
  const auto grace = static_cast<std::uint64_t>(std::chrono::nanoseconds(kStartTime).count());
  if (last <= now && now - last < grace) return false;
  return started.compare_exchange_strong(last, now);
}

void SharedState::succeeded(Leave leave) noexcept {
  if (leave == 0) return;
  const std::atomic_ref retry_at(word(kRetryAt));
  if (retry_at.compare_exchange_strong(leave, 0)) std::atomic_ref(word(kMissing)).store(0);
}

void SharedState::was_late(Leave leave) noexcept { (void)pause_for(kPause, leave); }

void SharedState::was_missing(Leave leave) noexcept {
  const std::atomic_ref missing(word(kMissing));
  const std::uint64_t times = missing.load();
  const std::chrono::nanoseconds pause =
      kFirstStartPause * (std::uint64_t{1} << std::min(times, kMaxDoublings));
  if (pause_for(std::min<std::chrono::nanoseconds>(pause, kPause), leave)) missing.store(times + 1);
}

bool SharedState::pause_for(std::chrono::nanoseconds pause, Leave leave) noexcept {
  const auto until = static_cast<std::uint64_t>(now_ns() + pause.count());
  return std::atomic_ref(word(kRetryAt)).compare_exchange_strong(leave, until);
}

}  // namespace larder::courier
