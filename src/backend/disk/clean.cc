#include "backend/disk/clean.h"

#include "backend/disk/layout.h"
#include "backend/disk/lru.h"
#include "backend/disk/sweep.h"
#include "backend/disk/walk.h"
#include "sys/file.h"
#include "util/helper.h"
#include "util/try.h"

#include <fcntl.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace larder::disk {
namespace {

using TimePoint = std::chrono::system_clock::time_point;

// From so many removed on, they are felt where files are made next.
constexpr std::uint64_t kManyRemoved = 2048;

/// Whether an entry last used then has gone unused longer than `max_age`.
bool is_older(std::int64_t last_use_ns, TimePoint now, std::chrono::seconds max_age) {
  const std::chrono::nanoseconds unused =
      now.time_since_epoch() - std::chrono::nanoseconds(last_use_ns);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(unused);
  return seconds > max_age || (seconds == max_age && seconds < unused);
}

/// What is left to decide while the list is gone through, oldest first.
class Selection {
 public:
  Selection(const CleanOptions& options, TimePoint now, const StoreStats& total)
      : options_(options), now_(now), report_{.kept = total} {}

  [[nodiscard]] bool has_to_go(const LruList::Item& item) const {
    if (options_.max_age && is_older(item.identity.last_use_ns, now_, *options_.max_age)) {
      return true;
    }
    return options_.max_bytes && report_.kept.bytes > *options_.max_bytes;
  }

  void count_removed(const LruList::Item& item) {
    ++report_.removed.entries;
    report_.removed.bytes += item.bytes;
    --report_.kept.entries;
    report_.kept.bytes -= item.bytes;
  }

  [[nodiscard]] const CleanReport& report() const noexcept { return report_; }

 private:
  const CleanOptions& options_;
  TimePoint now_;
  CleanReport report_;
};

/// Removes the directories of shards, and of namespaces that had shards, where they are empty. A
/// publication that finds its directory gone makes it again.
Result<void> remove_empty_dirs(const WritableStore& store, const store::NamespacePath& below) {
  std::vector<std::string> paths;
  const auto on_shard = [&](const ShardDir& shard) -> Result<bool> {
    paths.push_back(layout::shard_dir(shard.ns, shard.shard));
    if (!shard.ns.is_root()) paths.push_back(layout::namespace_dir(shard.ns));
    return true;
  };
  LARDER_CHECK(walk_shards(store.dir(), below, on_shard));
  // Longest first, so that what is below a directory goes before it.
  std::ranges::sort(paths, std::ranges::greater(), &std::string::size);
  for (const std::string& path : paths) {
    LARDER_TRY(const auto parent, store.dir().open_dir(sys::parent_path(path)));
    if (!parent) continue;
    const std::string name = path.substr(path.rfind('/') + 1);
    // Fails for those that are not empty, which is most.
    (void)sys::unlink_at(parent->get(), name, AT_REMOVEDIR);
  }
  return {};
}

}  // namespace

Result<CleanReport> clean(const WritableStore& store, const store::NamespacePath& below,
                          const CleanOptions& options, TimePoint now) {
  util::Helper helper;
  LARDER_TRY(LruList list, LruList::of_all(store, below, helper));
  list.sort();
  Selection selection(options, now, list.total());
  std::optional<Error> first_error;
  for (const LruList::Item& item : list.items()) {
    if (!selection.has_to_go(item)) break;
    if (!options.dry_run) {
      const auto removal = remove_victim(store, list, item, true);
      if (!removal && !first_error) first_error = removal.error();
      if (!removal || *removal != Removal::removed) continue;
    }
    selection.count_removed(item);
  }
  if (first_error) return fail(*std::move(first_error));
  if (!options.dry_run) {
    if (selection.report().removed.entries >= kManyRemoved) store.own.spread_temporaries();
    LARDER_CHECK(sweep_temporaries(store, {.now = now}));
    LARDER_CHECK(remove_empty_dirs(store, below));
  }
  return selection.report();
}

}  // namespace larder::disk
