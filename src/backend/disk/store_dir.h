#pragma once

#include "backend/disk/modes.h"
#include "util/unique_fd.h"
#include <larder/result.h>

#include <optional>
#include <string>

namespace larder::disk {

/// The store's directory, held open. Everything in it is reached from here, and no symbolic link
/// in it is followed; the directory's own path may hold links. Thread-safe.
class StoreDir {
 public:
  /// The directory, or nullopt if there is none. Two syscalls. Errors: denied (of another owner or
  /// writable by everyone, unless shared), invalid_argument (not a directory).
  static Result<std::optional<StoreDir>> open(const std::string& path, Modes modes);

  /// The same, created with its parents where missing.
  static Result<StoreDir> open_or_create(const std::string& path, Modes modes);

  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] const Modes& modes() const noexcept { return modes_; }

  /// Whether the directory was removed since it was opened.
  [[nodiscard]] bool is_gone() const noexcept;

  /// Opens a directory of the store, or gives nullopt if there is none. One syscall.
  [[nodiscard]] Result<std::optional<util::UniqueFd>> open_dir(const std::string& path) const;

  /// Opens a directory of the store after creating what is missing of it, synced to disk if
  /// `is_durable`. Errors: invalid_argument (something else is in its place), no_space, denied.
  [[nodiscard]] Result<util::UniqueFd> make_dir(const std::string& path, bool is_durable) const;

 private:
  StoreDir(std::string path, Modes modes, util::UniqueFd fd)
      : path_(std::move(path)), modes_(modes), fd_(std::move(fd)) {}

  std::string path_;
  Modes modes_;
  util::UniqueFd fd_;
};

/// Whether the error says that what a path leads through is not there.
bool is_absence(const Error& error) noexcept;

}  // namespace larder::disk
