#include "backend/s3/refresher.h"

#include <cstddef>

namespace larder::s3 {
namespace {

/// More that wait at once are let go: the next get of theirs asks again.
constexpr std::size_t kMaxWaiting = 1024;
/// After one that found the service away.
constexpr std::chrono::seconds kPause(30);

}  // namespace

bool Refresher::is_due(const ObjectTag& tag) const {
  if (session_.options().read_only || is_refused_) return false;
  if (!tag.last_modified || tag.etag.empty()) return false;
  const auto unused = std::chrono::floor<std::chrono::seconds>(session_.now() - *tag.last_modified);
  return unused >= session_.options().refresh_after;
}

void Refresher::on_used(const std::string& object_key, const ObjectTag& tag) {
  if (!is_due(tag)) return;
  {
    const util::MutexLock lock(mutex_);
    if (std::chrono::steady_clock::now() < pause_end_ || waiting_.size() >= kMaxWaiting) return;
    if (!waiting_.insert(object_key).second) return;
  }
  background_.post([this, object_key, etag = tag.etag] { refresh(object_key, etag); });
}

void Refresher::refresh(const std::string& object_key, const std::string& etag) {
  const bool is_paused = [this] {
    const util::MutexLock lock(mutex_);
    return std::chrono::steady_clock::now() < pause_end_;
  }();
  Result<bool> refreshed = false;
  if (!is_paused) {
    const auto lock = session_.locks().take(object_key);
    refreshed = session_.bucket().touch(object_key, etag);
  }
  const util::MutexLock lock(mutex_);
  waiting_.erase(object_key);
  if (refreshed) return;
  // An entry that is not marked just looks unused. But what is refused once is refused again.
  if (refreshed.error().code() == ErrorCode::unavailable) {
    pause_end_ = std::chrono::steady_clock::now() + kPause;
  } else {
    is_refused_ = true;
  }
}

}  // namespace larder::s3
