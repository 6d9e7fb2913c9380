#include "backend/disk/counters.h"

#include "backend/disk/walk.h"
#include "util/try.h"

namespace larder::disk {
namespace {

bool is_within(std::string_view path, std::string_view ancestor) {
  if (ancestor.empty()) return true;
  return path.starts_with(ancestor) &&
         (path.size() == ancestor.size() || path[ancestor.size()] == '/');
}

/// Whether the figures can be true: every entry occupies whole blocks.
bool is_plausible(const Figures& figures) {
  constexpr std::int64_t kMax = std::int64_t{1} << 56;
  return figures.entries >= 0 && figures.bytes >= 0 && figures.entries < kMax &&
         figures.bytes < kMax && figures.bytes % 4096 == 0;
}

Figures figures_of(const CounterSlot& slot, unsigned shard) {
  return {.entries = slot.entries[shard].load(std::memory_order_relaxed),
          .bytes = slot.bytes[shard].load(std::memory_order_relaxed)};
}

}  // namespace

void Account::add(const Figures& change) const noexcept {
  if (slot_ == nullptr) return;
  slot_->entries[shard_].fetch_add(change.entries, std::memory_order_relaxed);
  slot_->bytes[shard_].fetch_add(change.bytes, std::memory_order_relaxed);
  slot_->generation[shard_].fetch_add(1, std::memory_order_release);
}

Figures Account::figures() const noexcept {
  return slot_ == nullptr ? Figures() : figures_of(*slot_, shard_);
}

std::uint64_t Account::generation() const noexcept {
  return slot_ == nullptr ? 0 : slot_->generation[shard_].load(std::memory_order_acquire);
}

void Account::set(const Figures& truth) const noexcept {
  if (slot_ == nullptr) return;
  slot_->entries[shard_].store(truth.entries, std::memory_order_relaxed);
  slot_->bytes[shard_].store(truth.bytes, std::memory_order_relaxed);
}

void Account::distrust() const noexcept {
  if (file_ != nullptr) file_->header().coverage = CounterCoverage::unknown;
}

std::optional<StoreStats> Counters::sum(const store::NamespacePath& below) const {
  const auto counted = file();
  if (counted == nullptr || counted->header().coverage != CounterCoverage::complete) {
    return std::nullopt;
  }
  StoreStats total;
  for (std::size_t i = 0; i < counted->slot_count(); ++i) {
    const CounterSlot& slot = counted->slot(i);
    if (!is_within(slot.path_text(), below.text())) continue;
    for (unsigned shard = 0; shard < layout::kShards; ++shard) {
      const Figures figures = figures_of(slot, shard);
      if (!is_plausible(figures)) {
        if (counted->is_writable()) counted->header().coverage = CounterCoverage::unknown;
        return std::nullopt;
      }
      total.entries += static_cast<std::uint64_t>(figures.entries);
      total.bytes += static_cast<std::uint64_t>(figures.bytes);
    }
  }
  return total;
}

Account Counters::open_account(const OwnDir& own, const store::NamespacePath& ns,
                               unsigned shard) const {
  const auto counted = file_or_new(own);
  if (counted == nullptr || !counted->is_writable()) return {};
  if (CounterSlot* slot = counted->find(ns)) return {counted, *slot, shard};
  auto added = add_account(own, ns, shard);
  if (added) return *added;
  // No room for the namespace: its changes go uncounted, so no total that covers it may be told.
  counted->header().coverage = CounterCoverage::unknown;
  return {};
}

Account Counters::find_account(const store::NamespacePath& ns, unsigned shard) const {
  const auto counted = file();
  if (counted == nullptr || !counted->is_writable()) return {};
  CounterSlot* slot = counted->find(ns);
  return slot == nullptr ? Account() : Account(counted, *slot, shard);
}

Result<void> Counters::visit(const store::NamespacePath& below, const Visitor& visit) const {
  const auto counted = file();
  for (std::size_t i = 0; counted != nullptr && i < counted->slot_count(); ++i) {
    const CounterSlot& slot = counted->slot(i);
    if (!is_within(slot.path_text(), below.text())) continue;
    LARDER_TRY(const auto ns, store::NamespacePath::parse(slot.path_text()));
    for (unsigned shard = 0; shard < layout::kShards; ++shard) {
      if (figures_of(slot, shard) == Figures()) continue;
      LARDER_CHECK(visit(ns, shard));
    }
  }
  return {};
}

void Counters::post(const OwnDir& own, const Request& request) const {
  (void)open_account(own, request.below, 0);  // so that the namespace has a slot
  const auto counted = file();
  if (counted == nullptr || !counted->is_writable()) return;
  CounterSlot* slot = counted->find(request.below);
  if (slot == nullptr) return;
  const std::uint64_t wanted = request.max_bytes + 1;
  std::uint64_t before = slot->wanted;
  while (before == 0 || before > wanted) {
    if (slot->wanted.compare_exchange_weak(before, wanted)) return;
  }
}

std::optional<Counters::Request> Counters::take_request() const {
  const auto counted = file();
  for (std::size_t i = 0; counted != nullptr && i < counted->slot_count(); ++i) {
    CounterSlot& slot = counted->slot(i);
    if (slot.wanted == 0) continue;
    const std::uint64_t wanted = slot.wanted.exchange(0);
    auto below = store::NamespacePath::parse(slot.path_text());
    if (wanted != 0 && below) return Request{*std::move(below), wanted - 1};
  }
  return std::nullopt;
}

bool Counters::has_request() const {
  const auto counted = file();
  for (std::size_t i = 0; counted != nullptr && i < counted->slot_count(); ++i) {
    if (counted->slot(i).wanted != 0) return true;
  }
  return false;
}

unsigned Counters::next_shard() const {
  const auto counted = file();
  if (counted == nullptr || !counted->is_writable()) return 0;
  return counted->header().cursor.fetch_add(1, std::memory_order_relaxed) % layout::kShards;
}

std::shared_ptr<const CounterFile> Counters::file() const {
  auto current = last_file();
  if (current != nullptr && current->is_linked() && !current->is_outgrown()) return current;
  auto opened = CounterFile::open(store_->fd(), layout::kCountersPath);
  // Whatever keeps it from being mapped, the store works without.
  if (!opened || !*opened) return nullptr;
  return remember(std::make_shared<const CounterFile>(std::move(**opened)));
}

std::shared_ptr<const CounterFile> Counters::last_file() const {
  const util::MutexLock lock(mutex_);
  return file_;
}

std::shared_ptr<const CounterFile> Counters::remember(
    std::shared_ptr<const CounterFile> opened) const {
  const util::MutexLock lock(mutex_);
  file_ = std::move(opened);
  return file_;
}

std::shared_ptr<const CounterFile> Counters::file_or_new(const OwnDir& own) const {
  auto counted = file();
  if (counted != nullptr || is_refused_) return counted;
  if (create_file(own)) return file();
  is_refused_ = true;
  return nullptr;
}

Result<void> Counters::create_file(const OwnDir& own) const {
  LARDER_TRY(const Lock lock, own.locks().take(layout::kCountersLock, LockMode::exclusive));
  LARDER_TRY(const auto existing, CounterFile::open(store_->fd(), layout::kCountersPath));
  if (existing) return {};
  LARDER_TRY(Temporary temporary, own.make_temporary(0, Temporary::Kind::file));
  // In an empty store nothing is left to be counted: whoever publishes opens an account first.
  LARDER_TRY(const Detected detected, detect_layout(*store_));
  const bool is_empty = !detected.layout && detected.is_exhaustive;
  const auto coverage = is_empty ? CounterCoverage::complete : CounterCoverage::unknown;
  LARDER_CHECK(CounterFile::initialize(temporary.fd(), coverage));
  // Whoever has an unsound file mapped keeps it, unlinked, and notices.
  return temporary.replace(own.fd(), layout::kCountersFile);
}

Result<Account> Counters::add_account(const OwnDir& own, const store::NamespacePath& ns,
                                      unsigned shard) const {
  LARDER_TRY(const Lock lock, own.locks().take(layout::kCountersLock, LockMode::exclusive));
  for (;;) {
    const auto counted = file();
    if (counted == nullptr || !counted->is_writable()) {
      return fail(ErrorCode::unavailable, "open counters: they were removed meanwhile");
    }
    if (CounterSlot* slot = counted->find(ns)) return Account(counted, *slot, shard);
    if (counted->has_room()) return Account(counted, counted->add(ns), shard);
    if (counted->header().count == counted->header().capacity) LARDER_CHECK(counted->grow());
    (void)remember(nullptr);  // to be mapped anew, longer
  }
}

}  // namespace larder::disk
