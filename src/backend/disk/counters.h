#pragma once

#include "backend/disk/counter_file.h"
#include "backend/disk/own_dir.h"
#include "backend/disk/store_dir.h"
#include "store/namespace_path.h"
#include "util/mutex.h"
#include <larder/store.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <cstdint>

namespace larder::disk {

/// What is counted of one shard of one namespace.
struct Figures {
  std::int64_t entries = 0;
  std::int64_t bytes = 0;

  friend bool operator==(const Figures&, const Figures&) = default;
};

/// One shard's account in the counters, or none where nothing can be counted: then adding does
/// nothing. Use it only while the shard's lock is held. Thread-safe.
class Account {
 public:
  Account() = default;
  Account(std::shared_ptr<const CounterFile> file, CounterSlot& slot, unsigned shard)
      : file_(std::move(file)), slot_(&slot), shard_(shard) {}

  explicit operator bool() const noexcept { return slot_ != nullptr; }

  /// Counts a change of the shard.
  void add(const Figures& change) const noexcept;

  [[nodiscard]] Figures figures() const noexcept;

  /// Differs if the shard has changed in between.
  [[nodiscard]] std::uint64_t generation() const noexcept;

  /// Corrects the figures; the caller holds the shard's lock exclusively.
  void set(const Figures& truth) const noexcept;

  /// Has all totals counted anew when they are next asked for: a change could not be counted.
  void distrust() const noexcept;

 private:
  std::shared_ptr<const CounterFile> file_;  // shared with Counters, which may map a newer one
  CounterSlot* slot_ = nullptr;
  unsigned shard_ = 0;
};

/// The totals of a store, kept in a mapped file that all its users share. Without the file (not
/// there yet, or not mappable) there are no totals, and the store is walked instead. Thread-safe.
class Counters {
 public:
  /// `store` must outlive this. Maps nothing yet.
  explicit Counters(const StoreDir& store) : store_(&store) {}

  /// Entries and bytes at and under `below`; nullopt if they are not known without a walk.
  /// Microseconds: a sum over the namespaces' slots.
  [[nodiscard]] std::optional<StoreStats> sum(const store::NamespacePath& below) const;

  /// The account of a shard, created with the file where missing. The caller holds the shard's
  /// lock: a file that replaces a removed one is then noticed before it is counted for the first
  /// time. Two syscalls at most where all is there.
  [[nodiscard]] Account open_account(const OwnDir& own, const store::NamespacePath& ns,
                                     unsigned shard) const;

  /// The same if it is there, without creating anything and without the shard's lock.
  [[nodiscard]] Account find_account(const store::NamespacePath& ns, unsigned shard) const;

  /// Gets a shard that something is counted in; an Error ends the visit.
  using Visitor = std::function<Result<void>(const store::NamespacePath&, unsigned shard)>;

  /// Visits every shard at and under `below` whose figures are not zero.
  [[nodiscard]] Result<void> visit(const store::NamespacePath& below, const Visitor& visit) const;

  /// A limit that an eviction was asked for.
  struct Request {
    store::NamespacePath below;
    std::uint64_t max_bytes = 0;
  };

  /// Leaves a request for whoever is evicting. Does nothing where there are no counters.
  void post(const OwnDir& own, const Request& request) const;

  /// Takes one of the requests that were left, if any.
  [[nodiscard]] std::optional<Request> take_request() const;

  /// Whether any request is left.
  [[nodiscard]] bool has_request() const;

  /// The shard whose turn it is to be evicted: each in turn, also across processes.
  [[nodiscard]] unsigned next_shard() const;

  /// The file as it is mapped now, or null.
  [[nodiscard]] std::shared_ptr<const CounterFile> file() const;

 private:
  [[nodiscard]] std::shared_ptr<const CounterFile> last_file() const;
  std::shared_ptr<const CounterFile> remember(std::shared_ptr<const CounterFile> opened) const;
  [[nodiscard]] std::shared_ptr<const CounterFile> file_or_new(const OwnDir& own) const;
  [[nodiscard]] Result<void> create_file(const OwnDir& own) const;
  [[nodiscard]] Result<Account> add_account(const OwnDir& own, const store::NamespacePath& ns,
                                            unsigned shard) const;

  const StoreDir* store_;
  mutable util::Mutex mutex_;
  mutable std::shared_ptr<const CounterFile> file_ LARDER_GUARDED_BY(mutex_);
  mutable std::atomic<bool> is_refused_ = false;  // creating it has failed once
};

}  // namespace larder::disk
