#pragma once

#include "backend/courier/spool_layout.h"
#include "store/pack.h"
#include "sys/clock.h"
#include "sys/mapped_file.h"
#include "util/unique_fd.h"
#include <larder/result.h>

#include <atomic>
#include <optional>
#include <set>
#include <string>

#include <cstddef>
#include <cstdint>

namespace larder::courier {

/// How full a spool is.
struct SpoolUsage {
  std::uint64_t bytes = 0;
  std::uint64_t files = 0;
  std::uint64_t refused = 0;  ///< Uploads that found it full, since it was made.
};

/// What a spool's directory holds.
struct SpoolContents {
  std::set<std::string> files = {};  ///< The oldest, as many as were asked for.
  std::uint64_t count = 0;           ///< All.
  std::uint64_t bytes = 0;           ///< Of all.
  [[nodiscard]] bool is_complete() const noexcept { return files.size() == count; }
};

/// A directory of entries that wait to be uploaded. They lie there for whichever courier comes, so
/// that none is lost with one. Movable. Thread-safe.
class Spool {
 public:
  /// The directory, made where it is missing with what is missing above it. Errors: denied (of
  /// another owner), no_space, io.
  static Result<Spool> open_or_create(const std::string& path);

  /// The same, or nullopt if there is no such directory.
  static Result<std::optional<Spool>> open(const std::string& path);

  /// Puts the pack into the spool, by a link to its file where the file system allows one, else by
  /// a copy; gives its name there. Five syscalls for a link. Errors: unavailable (the spool would
  /// have more than `max_bytes`), no_space (the disk is full), invalid_argument (SpoolEntry::name),
  /// io.
  Result<std::string> add(const SpoolEntry& entry, const store::PackBytes& pack,
                          std::uint64_t max_bytes) const;

  /// Asks for the entry's removal. Errors: as add().
  Result<std::string> add_removal(const SpoolEntry& entry) const;

  /// Removes a file of `bytes` that is done with.
  Result<void> remove(const std::string& name, std::uint64_t bytes) const;

  /// Reads the directory. A syscall for each file. Errors: denied, io.
  [[nodiscard]] Result<SpoolContents> contents(std::size_t max_files) const;

  [[nodiscard]] SpoolUsage usage() const noexcept;

  /// Corrects the figures, which a killed process leaves wrong.
  void set_usage(std::uint64_t bytes, std::uint64_t files) const noexcept;

  /// Whether the directory was removed since it was opened.
  [[nodiscard]] bool is_gone() const noexcept;

  [[nodiscard]] int fd() const noexcept { return dir_.get(); }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  Spool(std::string path, util::UniqueFd dir, sys::MappedFile usage)
      : path_(std::move(path)), dir_(std::move(dir)), usage_(std::move(usage)) {}

  [[nodiscard]] std::uint64_t& word(std::size_t number) const noexcept;
  [[nodiscard]] bool reserve(std::uint64_t bytes, std::uint64_t max_bytes) const noexcept;
  void release(std::uint64_t bytes) const noexcept;
  [[nodiscard]] Result<void> place(const std::string& name, const store::PackBytes& pack) const;

  std::string path_;
  util::UniqueFd dir_;
  sys::MappedFile usage_;
};

/// Times for the files of one writer, each later than the one before whatever the clock does.
/// Thread-safe.
class SpoolClock {
 public:
  /// `clock` must outlive it.
  explicit SpoolClock(const sys::Clock& clock) : clock_(&clock) {}

  [[nodiscard]] std::uint64_t next_ns() noexcept;

 private:
  const sys::Clock* clock_;
  std::atomic<std::uint64_t> last_ns_ = 0;
};

}  // namespace larder::courier
