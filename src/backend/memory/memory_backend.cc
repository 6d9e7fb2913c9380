#include "backend/memory/memory_backend.h"

#include "store/blob_input.h"
#include "store/memory_blob.h"
#include "store/pack.h"
#include "store/pack_layout.h"
#include "util/mutex.h"
#include "util/try.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <chrono>
#include <compare>

namespace larder::memory {
namespace {

using store::Address;
using store::NamespacePath;
using TimePoint = std::chrono::system_clock::time_point;

using Bytes = std::shared_ptr<const util::ByteBuffer>;  // shared with the blobs given out
using Blobs = std::map<std::string, Bytes, std::less<>>;

constexpr std::uint64_t kDiskBlockBytes = 4096;

/// Where an entry lives, as a value.
struct Place {
  NamespacePath ns;
  Key key;

  friend auto operator<=>(const Place&, const Place&) = default;
};

struct Stored {
  Blobs blobs;
  std::uint64_t bytes = 0;
  TimePoint last_use;
};

using Entries = std::map<Place, Stored>;

bool is_unused_longer(const Stored& entry, TimePoint now, std::chrono::seconds max_age) {
  const auto idle = now - entry.last_use;
  // In whole seconds first: `max_age` in nanoseconds may overflow.
  const auto idle_seconds = std::chrono::floor<std::chrono::seconds>(idle);
  return idle_seconds > max_age || (idle_seconds == max_age && idle > idle_seconds);
}

/// Keeps everything in one map and finds by looking at all of it: it is the model that the other
/// backends are compared with, and must be seen to be right.
class MemoryBackend final : public store::Backend {
 public:
  MemoryBackend(const MemoryOptions& options, const sys::Clock& clock, OccupiedBytes occupied_bytes)
      : max_blob_bytes_(options.max_blob_bytes),
        clock_(clock),
        occupied_bytes_(std::move(occupied_bytes)) {}

  Result<std::optional<Blob>> get(const Address& address, const Name& name) override {
    const util::MutexLock lock(mutex_);
    const auto entry = entries_.find({address.ns, address.key});
    if (entry == entries_.end()) return std::optional<Blob>();
    const auto blob = entry->second.blobs.find(name.text());
    if (blob == entry->second.blobs.end()) return std::optional<Blob>();
    entry->second.last_use = clock_.now();
    return std::optional(memory_blob(blob->second));
  }

  Result<std::optional<Entry>> get_entry(const Address& address) override {
    const util::MutexLock lock(mutex_);
    const auto found = entries_.find({address.ns, address.key});
    if (found == entries_.end()) return std::optional<Entry>();
    found->second.last_use = clock_.now();
    Entry entry;
    for (const auto& [text, bytes] : found->second.blobs) {
      LARDER_TRY(Name name, Name::parse(text));
      entry.blobs.push_back({std::move(name), memory_blob(bytes)});
    }
    return std::optional(std::move(entry));
  }

  Result<bool> has(const Address& address) override {
    const util::MutexLock lock(mutex_);
    return entries_.contains({address.ns, address.key});
  }

  Result<void> put(const Address& address, const NamedSource& blob,
                   std::uint64_t max_entry_bytes) override {
    LARDER_TRY(Bytes bytes, load(blob));
    const util::MutexLock lock(mutex_);
    const auto old = entries_.find({address.ns, address.key});
    Blobs blobs = old != entries_.end() ? old->second.blobs : Blobs();
    blobs.insert_or_assign(blob.name.text(), std::move(bytes));
    return publish(address, std::move(blobs), max_entry_bytes);
  }

  Result<void> put_entry(const Address& address, std::span<const NamedSource> sources,
                         std::uint64_t max_entry_bytes) override {
    Blobs blobs;
    for (const NamedSource& source : sources) {
      LARDER_TRY(Bytes bytes, load(source));
      if (!blobs.try_emplace(source.name.text(), std::move(bytes)).second) {
        return fail(ErrorCode::invalid_argument, "blob " + source.name.text() + " is given twice");
      }
    }
    const util::MutexLock lock(mutex_);
    return publish(address, std::move(blobs), max_entry_bytes);
  }

  Result<void> remove(const Address& address) override {
    const util::MutexLock lock(mutex_);
    entries_.erase({address.ns, address.key});
    return {};
  }

  Result<StoreStats> stats(const NamespacePath& below) override {
    const util::MutexLock lock(mutex_);
    return total(below);
  }

  Result<CleanReport> clean(const NamespacePath& below, const CleanOptions& options) override {
    const util::MutexLock lock(mutex_);
    const TimePoint now = clock_.now();
    CleanReport report;
    report.kept = total(below);
    for (const auto& entry : by_last_use(below)) {
      const bool is_old = options.max_age && is_unused_longer(entry->second, now, *options.max_age);
      const bool is_too_much = options.max_bytes && report.kept.bytes > *options.max_bytes;
      if (!is_old && !is_too_much) break;
      --report.kept.entries;
      report.kept.bytes -= entry->second.bytes;
      ++report.removed.entries;
      report.removed.bytes += entry->second.bytes;
      if (!options.dry_run) entries_.erase(entry);
    }
    return report;
  }

  Result<void> evict(const NamespacePath& below, std::uint64_t max_bytes,
                     const Address& kept) override {
    const util::MutexLock lock(mutex_);
    std::uint64_t bytes = total(below).bytes;
    if (bytes <= max_bytes) return {};
    for (const auto& entry : by_last_use(below)) {
      if (bytes <= max_bytes) break;
      if (entry->first.ns == kept.ns && entry->first.key == kept.key) continue;
      bytes -= entry->second.bytes;
      entries_.erase(entry);
    }
    return {};
  }

  Result<void> entries(const NamespacePath& below, const EntryVisitor& visit) override {
    for (const EntryInfo& info : infos(below)) {
      if (!visit(info)) break;
    }
    return {};
  }

  /// Memory does not rot: there is never a finding.
  Result<VerifyReport> verify(const NamespacePath& below, const VerifyOptions&) override {
    const util::MutexLock lock(mutex_);
    VerifyReport report;
    report.entries = total(below).entries;
    return report;
  }

  [[nodiscard]] std::string dir(const NamespacePath& below) const override {
    return "memory:" + below.text();
  }

 private:
  [[nodiscard]] Result<Bytes> load(const NamedSource& source) const {
    LARDER_TRY(const auto input, store::BlobInput::open(source.source));
    if (input.size() > max_blob_bytes_) {
      return fail(ErrorCode::invalid_argument,
                  "blob " + source.name.text() + " has " + std::to_string(input.size()) +
                      " bytes; the store takes up to " + std::to_string(max_blob_bytes_));
    }
    auto bytes = std::make_shared<util::ByteBuffer>(input.size());
    LARDER_CHECK(input.read_all(*bytes));
    return Bytes(std::move(bytes));
  }

  Result<void> publish(const Address& address, Blobs blobs, std::uint64_t max_entry_bytes)
      LARDER_REQUIRES(mutex_) {
    if (blobs.empty() || blobs.size() > store::layout::kMaxBlobs) {
      return fail(ErrorCode::invalid_argument,
                  "an entry has 1 to 256 blobs, not " + std::to_string(blobs.size()));
    }
    const std::uint64_t bytes = occupied_by(blobs);
    if (bytes > max_entry_bytes) {
      return fail(ErrorCode::no_space, "an entry of " + std::to_string(bytes) +
                                           " bytes is larger than the limit of " +
                                           std::to_string(max_entry_bytes));
    }
    entries_.insert_or_assign(Place{address.ns, address.key},
                              Stored{std::move(blobs), bytes, clock_.now()});
    return {};
  }

  [[nodiscard]] std::uint64_t occupied_by(const Blobs& blobs) const {
    std::vector<store::BlobLength> lengths;
    lengths.reserve(blobs.size());
    for (const auto& [name, bytes] : blobs) lengths.push_back({name, bytes->size()});
    return occupied_bytes_(lengths);
  }

  [[nodiscard]] StoreStats total(const NamespacePath& below) const LARDER_REQUIRES(mutex_) {
    StoreStats stats;
    for (const auto& [place, entry] : entries_) {
      if (!place.ns.is_within(below)) continue;
      ++stats.entries;
      stats.bytes += entry.bytes;
    }
    return stats;
  }

  /// The entries at or under `below`, the least recently used first.
  std::vector<Entries::iterator> by_last_use(const NamespacePath& below) LARDER_REQUIRES(mutex_) {
    std::vector<Entries::iterator> sorted;
    for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
      if (entry->first.ns.is_within(below)) sorted.push_back(entry);
    }
    std::ranges::stable_sort(sorted, {}, [](const auto& entry) { return entry->second.last_use; });
    return sorted;
  }

  [[nodiscard]] std::vector<EntryInfo> infos(const NamespacePath& below) LARDER_EXCLUDES(mutex_) {
    const util::MutexLock lock(mutex_);
    std::vector<EntryInfo> infos;
    for (const auto& [place, entry] : entries_) {
      if (!place.ns.is_within(below)) continue;
      infos.push_back(
          {std::string(place.ns.relative_to(below)), place.key, entry.bytes, entry.last_use});
    }
    return infos;
  }

  const std::uint64_t max_blob_bytes_;
  const sys::Clock& clock_;
  const OccupiedBytes occupied_bytes_;
  util::Mutex mutex_;
  Entries entries_ LARDER_GUARDED_BY(mutex_);
};

}  // namespace

std::uint64_t occupied_by_pack(std::span<const store::BlobLength> blobs) {
  return util::round_up(store::packed_bytes(blobs), kDiskBlockBytes);
}

std::unique_ptr<store::Backend> make_backend(const MemoryOptions& options, const sys::Clock& clock,
                                             OccupiedBytes occupied_bytes) {
  return std::make_unique<MemoryBackend>(options, clock, std::move(occupied_bytes));
}

}  // namespace larder::memory
