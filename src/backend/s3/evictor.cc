#include "backend/s3/evictor.h"

#include "backend/s3/lru.h"
#include "backend/s3/remover.h"
#include "backend/s3/walk.h"
#include "util/try.h"

#include <utility>

namespace larder::s3 {
namespace {

/// What a look keeps in memory at most, some ten MB. More than that is removed in several looks.
constexpr std::size_t kMaxVictims = 65'536;
/// Of so many entries or fewer, no more go than have to.
constexpr std::uint64_t kFewEntries = 100;

/// What to leave of `found`, which is more than the limit.
std::uint64_t bytes_to_leave(const StoreStats& found, std::uint64_t max_bytes) {
  if (found.entries <= kFewEntries) return max_bytes;
  return static_cast<std::uint64_t>(static_cast<double>(max_bytes) * FillEstimates::kLowWatermark);
}

}  // namespace

void Evictor::on_written(const store::NamespacePath& ns, const Written& written) {
  estimates_.on_written(ns, written.bytes);
  const util::MutexLock lock(mutex_);
  if (!requests_.empty()) written_.insert_or_assign(written.object_key, ++turn_);
}

void Evictor::keep_limit(const store::NamespacePath& below, std::uint64_t max_bytes,
                         const std::string& kept_key) {
  if (!estimates_.is_due(below, max_bytes)) return;
  const Limit limit{below, max_bytes};
  const util::MutexLock lock(mutex_);
  Request& request = requests_[limit];
  request.turn = ++turn_;
  request.kept_keys.push_back(kept_key);
  // In turn again, if it was waiting: behind the limits within it that were asked for meanwhile.
  background_.post([this, limit, turn = request.turn] { run(limit, turn); });
}

void Evictor::run(const Limit& limit, std::uint64_t turn) {
  Request request;
  {
    const util::MutexLock lock(mutex_);
    const auto at = requests_.find(limit);
    if (at == requests_.end() || at->second.turn != turn) return;  // asked for again since
    request = at->second;
  }
  // Nobody waits for the outcome. What was not removed is seen by the next look, which is not
  // sooner for that: a bucket that is away must not be asked after each put.
  (void)shrink(limit, request);
  const util::MutexLock lock(mutex_);
  const auto at = requests_.find(limit);
  if (at->second.turn == turn) requests_.erase(at);
  if (requests_.empty()) written_.clear();
}

bool Evictor::is_written_after(const std::string& object_key, std::uint64_t turn) {
  const util::MutexLock lock(mutex_);
  const auto at = written_.find(object_key);
  return at != written_.end() && at->second > turn;
}

Result<void> Evictor::shrink(const Limit& limit, const Request& request) {
  bool is_to_go_on = true;
  while (is_to_go_on) {
    LARDER_TRY(is_to_go_on, shrink_once(limit, request));
  }
  return {};
}

/// Looks once. Whether the next look could remove more, and has to.
Result<bool> Evictor::shrink_once(const Limit& limit, const Request& request) {
  estimates_.begin_look(limit.below);
  ObjectLocks::Watch watch(session_.locks());
  LruList list(kMaxVictims);
  std::uint64_t later_bytes = 0;
  const auto on_entry = [&](const ListedEntry& entry) {
    if (watch.is_written(entry.object_key) || is_written_after(entry.object_key, request.turn)) {
      later_bytes += entry.bytes;
    } else {
      list.add(entry);
    }
    return true;
  };
  const auto is_to_end = [this] { return background_.is_to_end(); };
  LARDER_CHECK(walk(session_, limit.below, {.on_entry = on_entry, .is_to_end = is_to_end}));
  Remover remover(session_, watch);
  const std::uint64_t before = list.total().bytes;
  const std::uint64_t goal =
      before > limit.max_bytes ? bytes_to_leave(list.total(), limit.max_bytes) : before;
  for (const LruList::Item& item : list.take_sorted(request.kept_keys)) {
    if (before - remover.removed().bytes <= goal) break;
    if (item.object_key == request.kept_keys.back()) continue;
    LARDER_CHECK(remover.add(item));
  }
  LARDER_CHECK(remover.flush());
  const std::uint64_t after = before - remover.removed().bytes;
  estimates_.end_look(limit.below, after + later_bytes);
  const bool saw_all = list.total().entries <= kMaxVictims;
  return after > limit.max_bytes && !saw_all && remover.removed().entries != 0;
}

}  // namespace larder::s3
