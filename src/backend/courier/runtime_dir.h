#pragma once

#include "util/unique_fd.h"
#include <larder/result.h>

#include <optional>
#include <string>
#include <string_view>

namespace larder::courier {

/// Where this user's couriers have their sockets: `$XDG_RUNTIME_DIR/larder`, else
/// `/tmp/larder-<uid>`. Closed to others, and ours. Movable. Thread-safe.
class RuntimeDir {
 public:
  /// Opens the directory after creating it where it is missing; the second where the first cannot
  /// be had. `xdg_runtime_dir` is that variable's value, if it is set. Four syscalls.
  /// Errors: denied (of another owner, a link, or open to others), io.
  static Result<RuntimeDir> open(std::optional<std::string_view> xdg_runtime_dir);

  /// The same for just this directory.
  static Result<RuntimeDir> open_at(const std::string& path);

  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  /// A short path of a file in it, good for this process: a socket's address has room for 107
  /// bytes only, and what it leads to is the very directory that was checked.
  [[nodiscard]] std::string short_path(std::string_view name) const;

 private:
  RuntimeDir(std::string path, util::UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

  std::string path_;
  util::UniqueFd fd_;
};

}  // namespace larder::courier
