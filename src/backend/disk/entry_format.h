#pragma once

#include "backend/disk/modes.h"
#include "backend/disk/temporary.h"
#include "store/address.h"
#include "store/pack.h"
#include "util/unique_fd.h"
#include <larder/blob.h>
#include <larder/open.h>
#include <larder/result.h>

#include <sys/stat.h>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <cstdint>

namespace larder::disk {

/// What an entry's file counts with is a multiple of this.
inline constexpr std::uint64_t kBlockBytes = 4096;

/// Which generation of an entry: two objects at one path differ in this, as does one object before
/// and after it was used.
struct Identity {
  std::uint64_t inode = 0;
  std::int64_t last_use_ns = 0;  ///< Its mtime, since the epoch.

  friend bool operator==(const Identity&, const Identity&) = default;
};

Identity identity_of(const struct stat& status) noexcept;

/// An entry's file or directory, open for reading: one generation of the entry.
struct OpenObject {
  util::UniqueFd fd;
  struct stat status = {};
};

/// How to read an entry.
struct ReadOptions {
  const Name* only = nullptr;             ///< One blob of it; else all.
  std::function<void()> on_corrupt = {};  ///< Runs when a blob that was given out proves corrupt.
};

/// What an entry holds. Its descriptor is open as long as this or a blob of it lives.
struct ReadEntry {
  store::Pack::State state = store::Pack::State::sound;
  std::vector<Entry::Item> blobs = {};  ///< Sorted by name; the one asked for, or none.
  std::shared_ptr<const store::PackBytes> pack = {};  ///< Its pack, where the layout keeps one.
  int fd = -1;                                        ///< Of the object, to mark it as used by.
  util::UniqueFd owned_fd = {};                       ///< Holds `fd` where no blob does.
};

/// How a layout keeps one entry: what differs between `packed` and `directory`. Thread-safe.
class EntryFormat {
 public:
  struct Options {
    store::PackOptions pack = {};
    Modes modes = Modes(false);
    bool is_durable = false;  ///< Sync what is written.
  };

  virtual ~EntryFormat() = default;

  /// What an entry is: a file or a directory.
  [[nodiscard]] virtual Temporary::Kind kind() const noexcept = 0;

  /// Reads the entry from `object`, which was opened at the address's path. Nullopt if it was taken
  /// apart meanwhile. Errors: corrupt, io.
  [[nodiscard]] virtual Result<std::optional<ReadEntry>> read(OpenObject object,
                                                              const store::Address& address,
                                                              const ReadOptions& options) const = 0;

  /// Reads every byte of it. Nullopt if it was taken apart meanwhile. Errors: corrupt, io.
  [[nodiscard]] virtual Result<std::optional<store::Pack::State>> verify(
      OpenObject object, const store::Address& address) const = 0;

  /// Writes an entry of these blobs to a new temporary and gives what it occupies.
  /// Errors: as store::write_pack.
  [[nodiscard]] virtual Result<std::uint64_t> write(const Temporary& temporary,
                                                    const store::Address& address,
                                                    std::span<const NamedSource> blobs) const = 0;

  /// The same of a pack, every byte of which is verified first.
  /// Errors: corrupt (not a sound pack of this address); as write().
  [[nodiscard]] virtual Result<std::uint64_t> write_pack(
      const Temporary& temporary, const store::Address& address,
      std::shared_ptr<const store::PackBytes> bytes) const = 0;

  /// What write() does, for the entry `base` with one blob added or replaced. Nullopt if `base` has
  /// nothing to keep: it is corrupt, misplaced, newer, or was taken apart; the temporary is then
  /// spoiled.
  [[nodiscard]] virtual Result<std::optional<std::uint64_t>> rewrite(const Temporary& temporary,
                                                                     const store::Address& address,
                                                                     const NamedSource& blob,
                                                                     OpenObject base) const = 0;

  /// What the object `name` of `dir` occupies, or nullopt if it is not there or no entry.
  /// `status` is its lstat.
  [[nodiscard]] virtual Result<std::optional<std::uint64_t>> measure(
      int dir, const std::string& name, const struct stat& status) const = 0;

  /// Whether an object of this lstat mode can be an entry.
  [[nodiscard]] bool fits(mode_t mode) const noexcept {
    return kind() == Temporary::Kind::file ? S_ISREG(mode) : S_ISDIR(mode);
  }

  /// Opens the object at `path` below `dir` for reading, or gives nullopt if there is no entry.
  /// Two syscalls. Errors: denied, io.
  [[nodiscard]] Result<std::optional<OpenObject>> open(int dir, const std::string& path) const;
};

/// The format of a layout.
std::unique_ptr<const EntryFormat> make_entry_format(DiskLayout layout,
                                                     const EntryFormat::Options& options);

}  // namespace larder::disk
