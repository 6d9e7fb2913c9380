#include "compose/tiers.h"

#include "compose/counted_tier.h"
#include "compose/entry_order.h"
#include "compose/failures.h"
#include "compose/merged_entries.h"
#include "store/unpack.h"
#include "util/assert.h"
#include "util/try.h"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include <cstddef>

namespace larder::compose {
namespace {

using store::Address;
using store::NamespacePath;

constexpr std::uint64_t kAnySize = std::numeric_limits<std::uint64_t>::max();

/// The whole entry of a pack.
Result<Entry> entry_of(const store::Pack& pack) {
  Entry entry;
  for (const store::PackRecord& record : pack.records()) {
    LARDER_TRY(Name name, Name::parse(record.name));
    entry.blobs.push_back({std::move(name), pack.blob(record)});
  }
  return entry;
}

/// The blobs of `base`, if there is one, with one added or replaced.
std::vector<NamedSource> merge(const Entry* base, const NamedSource& blob) {
  std::vector<NamedSource> sources = {blob};
  if (base == nullptr) return sources;
  for (const Entry::Item& item : base->blobs) {
    if (item.name == blob.name) continue;
    sources.push_back({item.name, BlobSource::from_blob(item.blob)});
  }
  return sources;
}

/// Whether the tier has looked at the entry and will not have it.
bool is_refusal(const Error& error) {
  return error.code() == ErrorCode::no_space || error.code() == ErrorCode::invalid_argument;
}

bool is_corrupt(const Error& error) { return error.code() == ErrorCode::corrupt; }

Error no_writable_tier() { return {ErrorCode::denied, "tiers: none of them can be written to"}; }

class Tiers final : public TieredBackend {
 public:
  Tiers(std::vector<Tier> tiers, const sys::Clock& clock);

  Result<std::optional<Blob>> get(const Address& address, const Name& name) override;
  Result<std::optional<Entry>> get_entry(const Address& address) override;
  Result<bool> has(const Address& address) override;
  Result<PackPtr> get_pack(const Address& address) override;
  Result<store::Found> find(const Address& address, const Name& name) override;

  Result<void> put(const Address& address, const NamedSource& blob,
                   std::uint64_t max_entry_bytes) override;
  Result<void> put_entry(const Address& address, std::span<const NamedSource> blobs,
                         std::uint64_t max_entry_bytes) override;
  Result<void> put_pack(const Address& address, PackPtr pack,
                        std::uint64_t max_entry_bytes) override;
  Result<void> remove(const Address& address) override;

  Result<StoreStats> stats(const NamespacePath& below) override;
  Result<CleanReport> clean(const NamespacePath& below, const CleanOptions& options) override;
  Result<void> evict(const NamespacePath& below, std::uint64_t max_bytes,
                     const Address& kept) override;
  Result<void> entries(const NamespacePath& below, const EntryVisitor& visit) override;
  Result<VerifyReport> verify(const NamespacePath& below, const VerifyOptions& options) override;

  [[nodiscard]] std::string dir(const NamespacePath& below) const override;
  [[nodiscard]] bool is_read_only() const noexcept override { return writable_.empty(); }
  [[nodiscard]] std::optional<Compression> pack_compression() const override {
    return writable_.empty() ? std::nullopt : writable_.front()->backend().pack_compression();
  }
  [[nodiscard]] std::vector<TierStats> tier_stats() const override;

 private:
  /// An entry and where in the list it is.
  struct Held {
    std::size_t index = 0;
    Entry entry = {};
  };

  template <typename T, typename Ask>
  Result<std::optional<T>> ask_in_turn(const Ask& ask) const;
  [[nodiscard]] bool is_backfilled_from(std::size_t index) const;
  Result<PackPtr> fetch(std::size_t index, const Address& address, EntryOrder::Mark since);
  Result<void> backfill(std::size_t index, const Address& address, const PackPtr& pack,
                        EntryOrder::Mark since);

  std::optional<Held> hold_first(std::size_t from, const Address& address) const;
  template <typename Put>
  Result<void> put_in_all(const Address& address, const Put& put);
  template <typename Put>
  Result<void> put_and_share(const Address& address, std::uint64_t max_entry_bytes, const Put& put);
  Result<void> remove_listed(const NamespacePath& below, const EntryInfo& info);

  std::vector<std::unique_ptr<CountedTier>> owned_;
  std::vector<CountedTier*> tiers_;     // in order
  std::vector<CountedTier*> writable_;  // those of them that are
  const sys::Clock& clock_;
  EntryOrder order_;
};

Tiers::Tiers(std::vector<Tier> tiers, const sys::Clock& clock) : clock_(clock) {
  LARDER_ASSERT(!tiers.empty());
  for (Tier& tier : tiers) {
    owned_.push_back(std::make_unique<CountedTier>(std::move(tier)));
    tiers_.push_back(owned_.back().get());
    if (tiers_.back()->is_writable()) writable_.push_back(tiers_.back());
  }
}

// Lookups

/// What the first tier that has anything gives; `ask` asks the one at an index.
template <typename T, typename Ask>
Result<std::optional<T>> Tiers::ask_in_turn(const Ask& ask) const {
  Failures failures;
  for (std::size_t i = 0; i < tiers_.size(); ++i) {
    Result<std::optional<T>> answer = ask(i);
    if (!answer)
      failures.add(std::move(answer).error());
    else if (*answer)
      return answer;
  }
  if (auto error = failures.verdict(tiers_.size())) return fail(*std::move(error));
  return std::optional<T>();
}

/// Whether what is found in that tier is to be put into others before it.
bool Tiers::is_backfilled_from(std::size_t index) const {
  if (tiers_[index]->is_relay()) return false;
  return std::ranges::any_of(std::span(tiers_).first(index), &CountedTier::is_writable);
}

/// The pack that a tier has, verified, after the tiers before it have been given it; or null.
Result<PackPtr> Tiers::fetch(std::size_t index, const Address& address, EntryOrder::Mark since) {
  LARDER_TRY(PackPtr pack, tiers_[index]->get_pack(address));
  if (pack == nullptr) return pack;
  auto backfilled = backfill(index, address, pack, since);
  if (backfilled) return pack;
  if (is_corrupt(backfilled.error())) tiers_[index]->discard_corrupt(address);
  return fail(std::move(backfilled).error());
}

/// Puts the pack into the writable tiers before the one at `index`, unless the entry was changed
/// since then. Errors: corrupt, io: the pack is not sound.
Result<void> Tiers::backfill(std::size_t index, const Address& address, const PackPtr& pack,
                             EntryOrder::Mark since) {
  bool is_verified = false;
  if (const auto turn = order_.try_take(address, since)) {
    for (CountedTier* tier : std::span(tiers_).first(index)) {
      if (!tier->is_writable()) continue;
      // Where it fails the next lookup tries again.
      is_verified |= tier->backfill(address, pack).has_value();
    }
  }
  return is_verified ? Result<void>() : store::open_sound(pack, address).map([](const auto&) {});
}

Result<PackPtr> Tiers::get_pack(const Address& address) {
  const EntryOrder::Mark now = order_.mark(address);
  const auto ask = [&](std::size_t i) -> Result<std::optional<PackPtr>> {
    LARDER_TRY(PackPtr pack,
               is_backfilled_from(i) ? fetch(i, address, now) : tiers_[i]->get_pack(address));
    return pack != nullptr ? std::optional(std::move(pack)) : std::nullopt;
  };
  LARDER_TRY(auto pack, ask_in_turn<PackPtr>(ask));
  return std::move(pack).value_or(nullptr);
}

Result<std::optional<Entry>> Tiers::get_entry(const Address& address) {
  const EntryOrder::Mark now = order_.mark(address);
  const auto ask = [&](std::size_t i) -> Result<std::optional<Entry>> {
    if (!is_backfilled_from(i)) return tiers_[i]->get_entry(address);
    LARDER_TRY(PackPtr bytes, fetch(i, address, now));
    if (bytes == nullptr) return std::optional<Entry>();
    LARDER_TRY(const store::Pack pack, store::Pack::open(std::move(bytes), address, kAnySize));
    LARDER_TRY(Entry entry, entry_of(pack));
    return std::optional(std::move(entry));
  };
  return ask_in_turn<Entry>(ask);
}

Result<store::Found> Tiers::find(const Address& address, const Name& name) {
  const EntryOrder::Mark now = order_.mark(address);
  const auto ask = [&](std::size_t i) -> Result<std::optional<store::Found>> {
    if (!is_backfilled_from(i)) {
      LARDER_TRY(store::Found found, tiers_[i]->find(address, name));
      return found.has_entry ? std::optional(std::move(found)) : std::nullopt;
    }
    LARDER_TRY(PackPtr bytes, fetch(i, address, now));
    if (bytes == nullptr) return std::optional<store::Found>();
    LARDER_TRY(const store::Pack pack, store::Pack::open(std::move(bytes), address, kAnySize));
    store::Found found{.has_entry = true};
    if (const auto* record = pack.find(name.text())) found.blob = pack.blob(*record);
    return std::optional(std::move(found));
  };
  LARDER_TRY(auto found, ask_in_turn<store::Found>(ask));
  return found ? *std::move(found) : store::Found();
}

Result<std::optional<Blob>> Tiers::get(const Address& address, const Name& name) {
  LARDER_TRY(store::Found found, find(address, name));
  return std::move(found.blob);
}

Result<bool> Tiers::has(const Address& address) {
  const auto ask = [&](std::size_t i) -> Result<std::optional<bool>> {
    LARDER_TRY(const bool has, tiers_[i]->has(address));
    return has ? std::optional(true) : std::nullopt;
  };
  LARDER_TRY(const auto has, ask_in_turn<bool>(ask));
  return has.has_value();
}

// Changes

/// Runs `put` on every writable tier. It has succeeded if one took the entry.
template <typename Put>
Result<void> Tiers::put_in_all(const Address& address, const Put& put) {
  Failures failures;
  std::vector<CountedTier*> refusing;
  bool is_stored = false;
  for (CountedTier* tier : writable_) {
    auto done = put(*tier);
    is_stored |= done.has_value();
    if (done) continue;
    if (is_refusal(done.error())) refusing.push_back(tier);
    failures.add(std::move(done).error());
  }
  if (!is_stored) return fail(failures.first().value_or(no_writable_tier()));
  // What they have under the key must not come to light again. Where that fails they are broken,
  // and have said so.
  for (CountedTier* tier : refusing) (void)tier->remove(address);
  return {};
}

/// Puts an entry into the first writable tier that takes it by `put`, and then its pack into the
/// others: so all have the same bytes, and they were compressed once.
template <typename Put>
Result<void> Tiers::put_and_share(const Address& address, std::uint64_t max_entry_bytes,
                                  const Put& put) {
  PackPtr pack;
  return put_in_all(address, [&](CountedTier& tier) -> Result<void> {
    if (pack != nullptr) return tier.put_pack(address, pack, max_entry_bytes);
    LARDER_CHECK(put(tier));
    if (&tier == writable_.back()) return {};
    // Without it, the next tier is put to like the first.
    pack = tier.run([&] { return tier.backend().get_pack(address); }).value_or(nullptr);
    return {};
  });
}

/// The entry in the first tier that has the key, from that index on. A tier that fails is skipped:
/// the put that follows tells whether it can be written to.
std::optional<Tiers::Held> Tiers::hold_first(std::size_t from, const Address& address) const {
  for (std::size_t i = from; i < tiers_.size(); ++i) {
    auto entry = tiers_[i]->get_entry(address);
    if (entry && *entry) return Held{i, **std::move(entry)};
  }
  return std::nullopt;
}

Result<void> Tiers::put(const Address& address, const NamedSource& blob,
                        std::uint64_t max_entry_bytes) {
  const EntryOrder::Turn turn = order_.take(address);
  for (std::size_t from = 0;;) {
    const std::optional<Held> base = hold_first(from, address);
    const auto sources = merge(base ? &base->entry : nullptr, blob);
    const auto put_blob = [&](CountedTier& tier) {
      // A tier merges into what it has itself, also with what other processes put meanwhile.
      const bool merges = &tier == writable_.front() && (!base || tiers_[base->index] == &tier);
      return merges ? tier.put(address, blob, max_entry_bytes)
                    : tier.put_entry(address, sources, max_entry_bytes);
    };
    auto stored = put_and_share(address, max_entry_bytes, put_blob);
    if (stored || !base || !is_corrupt(stored.error())) return stored;
    from = base->index + 1;  // a corrupt entry is like none
  }
}

Result<void> Tiers::put_entry(const Address& address, std::span<const NamedSource> blobs,
                              std::uint64_t max_entry_bytes) {
  const EntryOrder::Turn turn = order_.take(address);
  return put_and_share(address, max_entry_bytes, [&](CountedTier& tier) {
    return tier.put_entry(address, blobs, max_entry_bytes);
  });
}

Result<void> Tiers::put_pack(const Address& address, PackPtr pack, std::uint64_t max_entry_bytes) {
  const EntryOrder::Turn turn = order_.take(address);
  return put_in_all(
      address, [&](CountedTier& tier) { return tier.put_pack(address, pack, max_entry_bytes); });
}

Result<void> Tiers::remove(const Address& address) {
  if (writable_.empty()) return fail(no_writable_tier());
  const EntryOrder::Turn turn = order_.take(address);
  Failures failures;
  for (CountedTier* tier : writable_) {
    if (auto removed = tier->remove(address); !removed) failures.add(std::move(removed).error());
  }
  return failures.first() ? fail(*failures.first()) : Result<void>();
}

// The whole

Result<StoreStats> Tiers::stats(const NamespacePath& below) {
  if (tiers_.size() == 1) {
    return tiers_.front()->run([&] { return tiers_.front()->backend().stats(below); });
  }
  const MergedEntries merged(tiers_, below);
  if (auto error = merged.failures().verdict(tiers_.size())) return fail(*std::move(error));
  return merged.total();
}

Result<void> Tiers::entries(const NamespacePath& below, const EntryVisitor& visit) {
  const MergedEntries merged(tiers_, below);
  if (auto error = merged.failures().verdict(tiers_.size())) return fail(*std::move(error));
  for (const EntryInfo& info : merged.by_last_use()) {
    if (!visit(info)) break;
  }
  return {};
}

/// Removes an entry that was listed relative to `below`.
Result<void> Tiers::remove_listed(const NamespacePath& below, const EntryInfo& info) {
  std::string path = below.text();
  if (!path.empty() && !info.ns.empty()) path += '/';
  LARDER_TRY(const NamespacePath ns, NamespacePath::parse(path + info.ns));
  return remove({ns, info.key});
}

Result<CleanReport> Tiers::clean(const NamespacePath& below, const CleanOptions& options) {
  if (writable_.empty()) return fail(no_writable_tier());
  const MergedEntries merged(writable_, below);
  Failures failures = merged.failures();
  const auto now = clock_.now();
  CleanReport report;
  report.kept = merged.total();
  for (const EntryInfo& info : merged.by_last_use()) {
    const bool is_old = options.max_age && is_unused_longer(info.last_use, now, *options.max_age);
    const bool is_too_much = options.max_bytes && report.kept.bytes > *options.max_bytes;
    if (!is_old && !is_too_much) break;
    if (!options.dry_run) {
      if (auto removed = remove_listed(below, info); !removed) {
        failures.add(std::move(removed).error());
        continue;
      }
    }
    --report.kept.entries;
    report.kept.bytes -= info.bytes;
    ++report.removed.entries;
    report.removed.bytes += info.bytes;
  }
  if (failures.first()) return fail(*failures.first());
  return report;
}

Result<void> Tiers::evict(const NamespacePath& below, std::uint64_t max_bytes,
                          const Address& kept) {
  const MergedEntries merged(writable_, below);
  Failures failures = merged.failures();
  std::uint64_t bytes = merged.total().bytes;
  if (bytes <= max_bytes) return {};
  for (const EntryInfo& info : merged.by_last_use()) {
    if (bytes <= max_bytes) break;
    if (info.key == kept.key && info.ns == kept.ns.relative_to(below)) continue;
    auto removed = remove_listed(below, info);
    if (removed)
      bytes -= info.bytes;
    else
      failures.add(std::move(removed).error());
  }
  return failures.first() ? fail(*failures.first()) : Result<void>();
}

Result<VerifyReport> Tiers::verify(const NamespacePath& below, const VerifyOptions& options) {
  VerifyReport report;
  Failures failures;
  for (CountedTier* tier : tiers_) {
    VerifyOptions own = options;
    own.repair = options.repair && tier->is_writable();
    if (options.on_finding) {
      own.on_finding = [&](const Finding& finding) {
        options.on_finding({finding.kind, tier->name() + ": " + finding.where, finding.detail});
      };
    }
    auto verified = tier->run([&] { return tier->backend().verify(below, own); });
    if (!verified) {
      failures.add(std::move(verified).error());
      continue;
    }
    report.entries = std::max(report.entries, verified->entries);
    report.findings += verified->findings;
    report.repaired += verified->repaired;
  }
  if (failures.first()) return fail(*failures.first());
  return report;
}

std::string Tiers::dir(const NamespacePath& below) const {
  if (tiers_.size() == 1) return tiers_.front()->backend().dir(below);
  std::string joined = "{";
  for (const CountedTier* tier : tiers_) {
    if (joined.size() > 1) joined += ',';
    joined += tier->backend().dir({});
  }
  joined += '}';
  return below.is_root() ? joined : joined + '/' + below.text();
}

std::vector<TierStats> Tiers::tier_stats() const {
  std::vector<TierStats> stats;
  stats.reserve(tiers_.size());
  for (const CountedTier* tier : tiers_) stats.push_back(tier->stats());
  return stats;
}

}  // namespace

std::unique_ptr<TieredBackend> make_tiers(std::vector<Tier> tiers, const sys::Clock& clock) {
  return std::make_unique<Tiers>(std::move(tiers), clock);
}

}  // namespace larder::compose
