#pragma once

#include "util/unique_fd.h"
#include <larder/result.h>

#include <string>

namespace larder::disk {

/// How a store creates things: with the permissions that the umask leaves or, shared, writable by
/// the group whatever the umask, new directories inheriting the group. A value.
class Modes {
 public:
  explicit Modes(bool is_shared) noexcept : is_shared_(is_shared) {}

  [[nodiscard]] bool is_shared() const noexcept { return is_shared_; }

  /// Creates a file, or opens the one that is there, for reading and writing.
  [[nodiscard]] Result<util::UniqueFd> make_file(int dir, const std::string& name,
                                                 int flags = 0) const;

  /// Creates a directory; gives whether it was new.
  [[nodiscard]] Result<bool> make_dir(int dir, const std::string& name) const;

  /// Gives a directory that this user has just created the permissions of the store's.
  void adopt_dir(int fd) const noexcept;

 private:
  bool is_shared_;
};

}  // namespace larder::disk
