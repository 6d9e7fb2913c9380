#include "backend/s3/clean.h"

#include "backend/s3/lru.h"
#include "backend/s3/remover.h"
#include "backend/s3/walk.h"
#include "util/try.h"

#include <limits>

namespace larder::s3 {
namespace {

using TimePoint = std::chrono::system_clock::time_point;

/// Whether an entry last used then has gone unused longer than `max_age`.
bool is_older(TimePoint last_use, TimePoint now, std::chrono::seconds max_age) {
  const auto unused = now - last_use;
  // In whole seconds first: `max_age` in nanoseconds may overflow.
  const auto seconds = std::chrono::floor<std::chrono::seconds>(unused);
  return seconds > max_age || (seconds == max_age && seconds < unused);
}

StoreStats less(const StoreStats& total, const StoreStats& removed) {
  return {total.entries - removed.entries, total.bytes - removed.bytes};
}

}  // namespace

Result<CleanReport> clean(Session& session, const store::NamespacePath& below,
                          const CleanOptions& options) {
  ObjectLocks::Watch watch(session.locks());
  LruList list(std::numeric_limits<std::size_t>::max());
  LARDER_CHECK(walk(session, below, {.on_entry = [&list](const ListedEntry& entry) {
                      list.add(entry);
                      return true;
                    }}));
  const TimePoint now = session.now();
  const StoreStats total = list.total();
  Remover remover(session, watch);
  StoreStats foreseen;
  for (const LruList::Item& item : list.take_sorted()) {
    const StoreStats& removed = options.dry_run ? foreseen : remover.removed();
    const bool is_old = options.max_age && is_older(item.last_use, now, *options.max_age);
    const bool is_too_much = options.max_bytes && total.bytes - removed.bytes > *options.max_bytes;
    if (!is_old && !is_too_much) break;
    ++foreseen.entries;
    foreseen.bytes += item.bytes;
    if (!options.dry_run) LARDER_CHECK(remover.add(item));
  }
  LARDER_CHECK(remover.flush());
  if (remover.refusal()) return fail(*remover.refusal());
  const StoreStats removed = options.dry_run ? foreseen : remover.removed();
  return CleanReport{.removed = removed, .kept = less(total, removed)};
}

}  // namespace larder::s3
