#pragma once

#include <larder/blob.h>
#include <larder/key.h>
#include <larder/name.h>
#include <larder/result.h>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include <chrono>
#include <cstdint>

namespace larder {

/// Totals over a store and every namespace under it. An entry counts with what it occupies; on
/// disk that is its file rounded up to 4 KiB.
struct StoreStats {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;

  friend bool operator==(const StoreStats&, const StoreStats&) = default;
};

/// What Store::clean shall remove; absent means "not by this".
struct CleanOptions {
  std::optional<std::uint64_t> max_bytes = {};       ///< Keep at most so many bytes.
  std::optional<std::chrono::seconds> max_age = {};  ///< Remove what went unused longer.
  bool dry_run = false;                              ///< Only report.
};

/// What Store::clean removed, or with dry_run would remove.
struct CleanReport {
  StoreStats removed = {};
  StoreStats kept = {};
};

/// One entry, as Store::entries walks it.
struct EntryInfo {
  std::string ns;  ///< Namespace path relative to the walked store, "a/b"; empty for its own.
  Key key;
  std::uint64_t bytes = 0;
  std::chrono::system_clock::time_point last_use = {};  ///< Newest of write and read.
};

/// Gets each entry in no particular order; false ends the walk.
using EntryVisitor = std::function<bool(const EntryInfo&)>;

/// What Store::verify found wrong with one stored object.
struct Finding {
  enum class Kind {
    corrupt,    ///< Its bytes are not what was stored. Repair removes it.
    misplaced,  ///< Sound, but of another key or namespace: never served. Repair removes it.
    newer,      ///< Written by a newer format: left alone.
    foreign,    ///< Not the store's: left alone.
    leftover,   ///< A temporary of a writer that is gone. Repair removes it.
    drift,      ///< A count that differed from the truth. Repair corrects it.
  };
  Kind kind = Kind::corrupt;
  std::string where;   ///< Path or object, for a person.
  std::string detail;  ///< Why.
};

/// How Store::verify goes about it.
struct VerifyOptions {
  bool repair = false;  ///< Remove what cannot be served, correct counts.
  std::function<void(const Finding&)> on_finding = {};  ///< Called for each finding, if set.
  std::function<void(std::uint64_t entries)> on_progress = {};  ///< Called now and then, if set.
};

struct VerifyReport {
  std::uint64_t entries = 0;   ///< Sound entries.
  std::uint64_t findings = 0;  ///< All findings but `foreign` and `newer`.
  std::uint64_t repaired = 0;  ///< Findings that repair dealt with.
};

/// How a view into a namespace differs from its parent.
struct NamespaceOptions {
  /// A limit of the view's own, in bytes; absent is unlimited. Its ancestors' limits hold as well.
  std::optional<std::uint64_t> max_bytes = {};
};

/// A content-addressable store of entries: named blobs under a key.
///
/// A store sees only its own namespace in get, put, has, get_entry, put_entry and remove; stats,
/// clean, entries and verify cover every namespace under it. Thread-safe. Where a processor is
/// idle, a second thread works on blobs of 2 MiB and more, and on the list of what is to be cleaned
/// from a disk, for as long as the call takes; it gets no signals but those of faults of its own,
/// and calls nothing of the caller's. Errors of every call, beside those it names: denied,
/// unavailable, io.
class Store {
 public:
  virtual ~Store() = default;

  /// The blob under (`key`, `name`), or nullopt if there is none. Marks the entry as used now.
  /// Stays readable if the entry is replaced or evicted meanwhile.
  /// Errors: corrupt (the entry is then removed).
  virtual Result<std::optional<Blob>> get(const Key& key, const Name& name) = 0;

  /// Stores or replaces one blob and leaves the entry's other blobs as they are, then evicts as
  /// needed to stay within the limits, never the entry just written. Concurrent puts of one
  /// (namespace, key, name) in a process become one write; each gets its outcome.
  /// Errors: invalid_argument (more blobs or longer names than an entry holds), no_space (disk
  /// full, or the entry is larger than a limit). Nothing has changed after an error.
  virtual Result<void> put(const Key& key, const Name& name, const BlobSource& value) = 0;

  /// Whether any blob exists under the key. Does not mark it as used, does not read its bytes.
  virtual Result<bool> has(const Key& key) = 0;

  /// The whole entry, one generation of it, or nullopt if there is none. Marks it as used now.
  /// Errors: corrupt (the entry is then removed).
  virtual Result<std::optional<Entry>> get_entry(const Key& key) = 0;

  /// Stores or replaces the whole entry at once, then evicts as put does.
  /// Errors: as put, and invalid_argument for no blobs, more than 256, or a name given twice.
  virtual Result<void> put_entry(const Key& key, std::span<const NamedSource> blobs) = 0;

  /// Forgets the entry; absent is success.
  virtual Result<void> remove(const Key& key) = 0;

  /// Entries and bytes here and in every namespace under it.
  virtual Result<StoreStats> stats() = 0;

  /// Removes the entries unused for longer than `max_age`, then the least recently used until the
  /// total is at or below `max_bytes`.
  virtual Result<CleanReport> clean(const CleanOptions& options) = 0;

  /// Walks every entry here and in every namespace under it. Entries that come or go meanwhile may
  /// or may not be seen.
  virtual Result<void> entries(const EntryVisitor& visit) = 0;

  /// Reads every byte, reports what is wrong, and with `repair` mends it.
  virtual Result<VerifyReport> verify(const VerifyOptions& options) = 0;

  /// Where it lives: a path, `memory:`, or `s3://bucket/prefix`.
  [[nodiscard]] virtual std::string dir() const = 0;

  /// A view rooted at the namespace `prefix` of this one. It shares this store's single-flight
  /// table and may outlive this object. Makes no request and creates nothing.
  /// Errors: invalid_argument if the whole path would be longer than 1,000 bytes.
  [[nodiscard]] virtual Result<std::unique_ptr<Store>> in_namespace(
      const Name& prefix, const NamespaceOptions& options) = 0;
  [[nodiscard]] Result<std::unique_ptr<Store>> in_namespace(const Name& prefix) {
    return in_namespace(prefix, {});
  }
};

}  // namespace larder
