#pragma once

#include "backend/disk/counters.h"
#include "backend/disk/entry_format.h"
#include "backend/disk/own_dir.h"
#include "backend/disk/store_dir.h"
#include "sys/clock.h"
#include "util/mutex.h"
#include <larder/open.h>
#include <larder/result.h>

#include <memory>
#include <optional>
#include <utility>

namespace larder::disk {

/// An existing store, open for reading. Thread-safe.
struct OpenStore {
  OpenStore(StoreDir store_dir, std::unique_ptr<const EntryFormat> entry_format, bool settled)
      : dir(std::move(store_dir)),
        format(std::move(entry_format)),
        counters(dir),
        is_settled(settled) {}

  StoreDir dir;
  std::unique_ptr<const EntryFormat> format;
  Counters counters;
  bool is_settled;  ///< Whether the directory says that it is a store, and of which layout.
};

/// The same, open for changes. Thread-safe.
struct WritableStore {
  std::shared_ptr<const OpenStore> open;  // shared with the session's readers
  OwnDir own;
  bool is_durable = false;

  [[nodiscard]] const StoreDir& dir() const noexcept { return open->dir; }
  [[nodiscard]] const EntryFormat& format() const noexcept { return *open->format; }
  [[nodiscard]] const Counters& counters() const noexcept { return open->counters; }

  /// Whether the store's directory, or its own part of it, was removed since it was opened.
  [[nodiscard]] bool is_gone() const noexcept { return dir().is_gone() || own.is_gone(); }
};

/// Opens the directory that a backend's options name when it is first needed, creates it when it is
/// first written to, and opens it anew after it was removed. Thread-safe.
class Session {
 public:
  /// Makes no system call.
  Session(DiskOptions options, const sys::Clock& clock);

  [[nodiscard]] const DiskOptions& options() const noexcept { return options_; }
  [[nodiscard]] const sys::Clock& clock() const noexcept { return *clock_; }

  /// The store as it is, or null if there is no directory. Six syscalls the first time.
  /// Errors: as open_disk_store.
  [[nodiscard]] Result<std::shared_ptr<const OpenStore>> existing() const;

  /// The store for changes, created where missing. Errors: as open_disk_store, denied for a
  /// session that only reads, no_space.
  [[nodiscard]] Result<std::shared_ptr<const WritableStore>> writable() const;

  /// Has the directory opened anew on next use.
  void forget() const;

 private:
  [[nodiscard]] Result<void> check_layout(DiskLayout layout) const;
  [[nodiscard]] Result<std::shared_ptr<const OpenStore>> open_store(StoreDir dir, DiskLayout layout,
                                                                    bool is_settled) const;
  [[nodiscard]] Result<std::shared_ptr<const WritableStore>> create() const;

  DiskOptions options_;
  const sys::Clock* clock_;
  mutable util::Mutex mutex_;
  mutable std::shared_ptr<const OpenStore> existing_ LARDER_GUARDED_BY(mutex_);
  mutable std::shared_ptr<const WritableStore> writable_ LARDER_GUARDED_BY(mutex_);
};

}  // namespace larder::disk
