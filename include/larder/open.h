#pragma once

#include <larder/result.h>
#include <larder/store.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <cstdint>

namespace larder {

/// How blobs are compressed when they are stored. What is stored already stays readable.
struct Compression {
  enum class Mode {
    automatic,  ///< Raw below 4 KiB, else zstd level 1. "auto" in config.
    none,       ///< Always raw, so that delivery can share or copy blocks in the kernel. "none".
    zstd,       ///< zstd at `level`, whatever the size. "zstd:N" in config.
  };
  Mode mode = Mode::automatic;
  int level = 1;  ///< 1 to 19; only for Mode::zstd.

  friend bool operator==(const Compression&, const Compression&) = default;
};

/// How a disk store lays out its entries; fixed when the store is created.
enum class DiskLayout {
  packed,     ///< One file for each entry, its pack. "packed" in config.
  directory,  ///< One directory for each entry, one plain file for each blob. "directory".
};

struct MemoryOptions {
  std::optional<std::uint64_t> max_bytes = {};            ///< Absent is unlimited.
  std::uint64_t max_blob_bytes = std::uint64_t{1} << 30;  ///< A larger blob is refused.
};

struct DiskOptions {
  std::string dir;                              ///< Created, with its parents, on first use.
  std::optional<std::uint64_t> max_bytes = {};  ///< Absent is unlimited.
  std::optional<DiskLayout> layout = {};        ///< Absent: as created, packed for a new one.
  Compression compression = {};
  std::uint64_t max_blob_bytes = std::uint64_t{1} << 30;  ///< A larger blob is refused.
  bool durable = false;    ///< Sync file and directory before a put returns.
  bool shared = false;     ///< Writable by the group; also trusts a directory of another owner.
  bool read_only = false;  ///< Gets never mark as used; puts, removes and cleans are denied.
};

/// A store that lives in this process's memory and ends with it. For tests and as a model.
Result<std::unique_ptr<Store>> open_memory_store(const MemoryOptions& options = {});

/// The store in a directory, created when it is first written to. `doc/format/disk.md`.
/// Errors: invalid_argument (the layout asked for is not the one it has; a newer store; not a
/// directory), denied (owned by someone else or writable by everyone, unless `shared`).
Result<std::unique_ptr<Store>> open_disk_store(const DiskOptions& options);

/// An ordered list of stores as one, such as a disk before a bucket; doc/tiers.md. A lookup asks
/// each in turn and skips one that fails; what it finds is put into the writable ones before. A put
/// goes to all that are writable, and succeeds if one took it. An entry is what the first that has
/// its key holds. Each keeps its own limit. Makes no request.
/// Errors: invalid_argument (none, or one that is a view of a namespace or not of this library).
Result<std::unique_ptr<Store>> open_tiers(std::vector<std::unique_ptr<Store>> stores);

}  // namespace larder
