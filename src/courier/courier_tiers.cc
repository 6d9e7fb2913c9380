#include "courier/courier_tiers.h"

#include "compose/courier_endpoint.h"
#include "store/view.h"
#include "util/try.h"

#include <utility>

namespace larder::courier {
namespace {

using compose::Tier;
using compose::TierStats;

Result<Tier> tier_of(const Store& store) {
  auto root = store::root_of(store);
  if (!root) return fail(ErrorCode::invalid_argument, store.dir() + ": not a whole store");
  const bool is_read_only = root->backend->is_read_only();
  return Tier{.name = store.dir(),
              .backend = std::move(root->backend),
              .max_bytes = root->max_bytes,
              .is_read_only = is_read_only};
}

void add(TierStats& sum, const TierStats& part) {
  sum.hits += part.hits;
  sum.misses += part.misses;
  sum.puts += part.puts;
  sum.backfills += part.backfills;
  sum.errors += part.errors;
  sum.bytes_read += part.bytes_read;
  sum.bytes_written += part.bytes_written;
  sum.time_reading += part.time_reading;
  sum.time_writing += part.time_writing;
}

}  // namespace

Result<CourierTiers> CourierTiers::open(const Config& config, std::span<const StoreType> types,
                                        const sys::Clock& clock) {
  LARDER_TRY(const auto stores, from_config(config, types));
  CourierTiers opened;
  opened.local_ = compose::leading_local(config);
  std::vector<Tier> all;
  std::vector<Tier> beyond;
  for (const auto& store : stores) {
    LARDER_TRY(Tier tier, tier_of(*store));
    if (all.size() >= opened.local_) {
      Far far;
      far.breaker = compose::make_breaker(tier.name, tier.backend, {}, clock);
      tier.backend = far.breaker;
      if (!tier.is_read_only) far.upload = compose::make_tiers({tier}, clock);
      opened.far_.push_back(std::move(far));
      beyond.push_back(tier);
    }
    all.push_back(std::move(tier));
  }
  if (beyond.empty()) {
    return fail(ErrorCode::invalid_argument, "every configured store is on this machine");
  }
  if (opened.local_ > 0) {
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(opened.local_);
    opened.here_ = compose::make_tiers({all.begin(), end}, clock);
  }
  opened.all_ = compose::make_tiers(std::move(all), clock);
  opened.beyond_ = compose::make_tiers(std::move(beyond), clock);
  return opened;
}

FetchStores CourierTiers::fetch_stores() const {
  const auto failures = [far = far_] {
    std::uint64_t sum = 0;
    for (const Far& tier : far) sum += tier.breaker->failures();
    return sum;
  };
  return {.all = all_, .beyond = beyond_, .here = here_, .failures = failures};
}

std::vector<UploadTarget> CourierTiers::upload_targets() const {
  std::vector<UploadTarget> targets;
  for (const Far& tier : far_) {
    if (tier.upload) targets.push_back({.name = tier.breaker->dir({}), .store = tier.upload});
  }
  return targets;
}

bool CourierTiers::probe(bool at_once) const {
  bool is_back = false;
  for (const Far& tier : far_) {
    const bool is_asked = at_once || tier.breaker->is_probe_due();
    if (is_asked && tier.breaker->probe()) is_back = true;
  }
  return is_back;
}

std::vector<TierStatus> CourierTiers::status() const {
  std::vector<TierStatus> tiers;
  for (TierStats& stats : all_->tier_stats()) {
    tiers.push_back({.stats = std::move(stats), .is_here = tiers.size() < local_});
  }
  const std::vector<TierStats> beyond = beyond_->tier_stats();
  for (std::size_t i = 0; i < far_.size(); ++i) {
    TierStatus& tier = tiers[local_ + i];
    add(tier.stats, beyond[i]);
    if (far_[i].upload) add(tier.stats, far_[i].upload->tier_stats().front());
    tier.left_alone_because = far_[i].breaker->open_because();
  }
  return tiers;
}

}  // namespace larder::courier
