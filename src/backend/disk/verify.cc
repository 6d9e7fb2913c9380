#include "backend/disk/verify.h"

#include "backend/disk/layout.h"
#include "backend/disk/publish.h"
#include "backend/disk/recount.h"
#include "backend/disk/sweep.h"
#include "backend/disk/walk.h"
#include "util/try.h"

#include <optional>
#include <set>
#include <utility>

namespace larder::disk {
namespace {

using State = store::Pack::State;

constexpr std::uint64_t kProgressStep = 256;

/// One walk over the store with what it has found so far.
class Verification {
 public:
  Verification(const OpenStore& store, const WritableStore* writable, const VerifyOptions& options)
      : store_(store),
        writable_(writable),
        options_(options),
        is_counted_(writable != nullptr && store.counters.sum({}).has_value()) {}

  Result<void> check_shard(const ShardDir& shard);
  Result<void> check_counts(const store::NamespacePath& below);
  Result<void> check_temporaries(std::chrono::system_clock::time_point now);
  void report_foreign(const std::string& path) {
    tell({Finding::Kind::foreign, path, "it is none of the store's"});
  }

  [[nodiscard]] const VerifyReport& report() const noexcept { return report_; }

 private:
  [[nodiscard]] bool repairs() const noexcept { return options_.repair && writable_ != nullptr; }
  void tell(const Finding& finding);
  void count_progress();
  Result<void> check_entry(const ShardDir& shard, const StoredEntry& entry);
  Result<void> remove(const store::Address& address, const Identity& identity);
  Result<void> check_count(const ShardDir& shard);

  const OpenStore& store_;
  const WritableStore* writable_;
  const VerifyOptions& options_;
  const bool is_counted_;  // at the start; a repair may make figures unlikely for a moment
  VerifyReport report_;
  std::uint64_t looked_at_ = 0;
  std::set<std::pair<std::string, unsigned>> seen_shards_;
};

void Verification::tell(const Finding& finding) {
  const bool is_harmless =
      finding.kind == Finding::Kind::foreign || finding.kind == Finding::Kind::newer;
  if (!is_harmless) ++report_.findings;
  if (options_.on_finding) options_.on_finding(finding);
}

void Verification::count_progress() {
  if (++looked_at_ % kProgressStep == 0 && options_.on_progress) options_.on_progress(looked_at_);
}

/// What a reading of every byte says: the state, a Finding's text, or nothing for an entry that is
/// gone by now.
struct Verdict {
  State state = State::sound;
  std::optional<std::string> corrupt_because = {};
};

Result<std::optional<Verdict>> judge(const OpenStore& store, const store::Address& address) {
  LARDER_TRY(auto object, store.format->open(store.dir.fd(), layout::entry_path(address)));
  if (!object) return std::optional<Verdict>();
  const auto state = store.format->verify(*std::move(object), address);
  if (state && *state) return std::optional(Verdict{.state = **state});
  if (state) return std::optional(Verdict{.corrupt_because = "a file of it is missing"});
  const ErrorCode code = state.error().code();
  // What the disk cannot read will not be read by a get either.
  if (code != ErrorCode::corrupt && code != ErrorCode::io) return fail(state.error());
  return std::optional(Verdict{.corrupt_because = state.error().message()});
}

Result<void> Verification::check_entry(const ShardDir& shard, const StoredEntry& entry) {
  const store::Address address{shard.ns, entry.key};
  count_progress();
  LARDER_TRY(const auto verdict, judge(store_, address));
  if (!verdict) return {};
  const std::string where = layout::entry_path(address);
  if (verdict->corrupt_because) {
    tell({Finding::Kind::corrupt, where, *verdict->corrupt_because});
    return remove(address, entry.identity);
  }
  switch (verdict->state) {
    case State::sound:
      ++report_.entries;
      return {};
    case State::newer:
      tell({Finding::Kind::newer, where, "it is of a newer format"});
      return {};
    case State::misplaced:
      tell({Finding::Kind::misplaced, where, "it was stored under another key or namespace"});
      return remove(address, entry.identity);
  }
  return {};
}

Result<void> Verification::remove(const store::Address& address, const Identity& identity) {
  if (!repairs()) return {};
  LARDER_TRY(const Lock lock,
             writable_->own.locks().take(layout::shard_of(address.key), LockMode::exclusive));
  // Not one that was stored anew since it was judged; a use in between does not matter.
  const auto is_same = [&](const Identity& now) { return now.inode == identity.inode; };
  LARDER_TRY(const auto removed, remove_entry(*writable_, address, is_same));
  if (removed) ++report_.repaired;
  return {};
}

Result<void> Verification::check_shard(const ShardDir& shard) {
  Result<void> outcome;
  const auto on_entry = [&](const StoredEntry& entry) {
    outcome = check_entry(shard, entry);
    return outcome.has_value();
  };
  const auto on_foreign = [&](const std::string& path) { report_foreign(path); };
  LARDER_CHECK(list_shard(store_.dir, *store_.format, shard, on_entry, on_foreign));
  LARDER_CHECK(outcome);
  seen_shards_.emplace(shard.ns.text(), shard.shard);
  return check_count(shard);
}

Result<void> Verification::check_count(const ShardDir& shard) {
  if (!is_counted_) return {};
  const auto counted = recount_shard(*writable_, shard, options_.repair);
  // Counting takes a lock; one who may not write still gets to know the rest.
  if (!counted && counted.error().code() == ErrorCode::denied && !repairs()) return {};
  if (!counted) return fail(counted.error());
  const auto& recount = *counted;
  if (!recount || recount->counted == recount->truth) return {};
  const auto text = [](const Figures& figures) {
    return std::to_string(figures.entries) + " entries of " + std::to_string(figures.bytes) +
           " bytes";
  };
  tell({Finding::Kind::drift, layout::shard_dir(shard.ns, shard.shard),
        "counted " + text(recount->counted) + ", there are " + text(recount->truth)});
  if (repairs()) ++report_.repaired;
  return {};
}

Result<void> Verification::check_counts(const store::NamespacePath& below) {
  const auto on_counted = [&](const store::NamespacePath& ns, unsigned shard) -> Result<void> {
    if (seen_shards_.contains({ns.text(), shard})) return {};
    return check_count({ns, shard});
  };
  LARDER_CHECK(store_.counters.visit(below, on_counted));
  return repairs() ? rebuild_counts(*writable_) : Result<void>();
}

Result<void> Verification::check_temporaries(std::chrono::system_clock::time_point now) {
  if (writable_ == nullptr) return {};
  const auto on_leftover = [&](const std::string& name) {
    tell({Finding::Kind::leftover,
          std::string(layout::kOwnDir) + '/' + layout::kTemporariesDir + '/' + name,
          "its writer is gone"});
    if (repairs()) ++report_.repaired;
  };
  // Of any age: the locks tell who is gone, the age is only for file systems without locks.
  return sweep_temporaries(
      *writable_,
      {.now = now, .min_age = std::nullopt, .removes = repairs(), .on_leftover = on_leftover});
}

}  // namespace

Result<VerifyReport> verify(const OpenStore& store, const WritableStore* writable,
                            const store::NamespacePath& below, const VerifyOptions& options,
                            std::chrono::system_clock::time_point now) {
  Verification verification(store, writable, options);
  const auto on_shard = [&](const ShardDir& shard) {
    return verification.check_shard(shard).map([] { return true; });
  };
  const auto on_foreign = [&](const std::string& path) { verification.report_foreign(path); };
  LARDER_CHECK(walk_shards(store.dir, below, on_shard, on_foreign));
  LARDER_CHECK(verification.check_counts(below));
  if (below.is_root()) LARDER_CHECK(verification.check_temporaries(now));
  return verification.report();
}

}  // namespace larder::disk
