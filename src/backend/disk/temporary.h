#pragma once

#include "backend/disk/modes.h"
#include "util/unique_fd.h"
#include <larder/result.h>

#include <string>

namespace larder::disk {

/// A new file or directory under a unique name in `.larder/tmp`, or in its directory for the shard
/// if there is one (OwnDir::spread_temporaries); locked (flock) as long as this
/// lives, so that nobody takes it for the leftover of a writer that is gone. Whatever has that name
/// when this is destroyed is removed: after an exchange the object that came out. Movable. One
/// thread at a time.
class Temporary {
 public:
  enum class Kind { file, directory };

  /// `tmp` is `.larder/tmp` and must stay open; `shard` is the one it is for. Four syscalls, five
  /// for a directory. Errors: no_space, denied, unavailable (the directory was removed), io.
  static Result<Temporary> create(const Modes& modes, int tmp, unsigned shard, Kind kind);

  /// No object yet, just a name to move something out to.
  static Temporary reserve(int tmp, unsigned shard, Kind kind);

  Temporary(Temporary&& other) noexcept;
  Temporary& operator=(Temporary&&) = delete;
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary();

  /// The object's own descriptor, whatever name it has by now.
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  [[nodiscard]] int dir() const noexcept { return dir_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// Moves the object to `name` in `dir` unless something is there, in one rename. False if there
  /// is. Errors: unavailable (`dir` was removed), no_space, denied, io.
  Result<bool> place(int dir, const std::string& name);

  /// Swaps the object with what is at `name` in `dir`, in one rename; that is then under this
  /// name. Errors: as place(), with ENOENT if nothing is there, and with EINVAL or ENOSYS where the
  /// file system cannot swap.
  Result<void> exchange(int dir, const std::string& name);

  /// Moves the object to `name` in `dir` in place of the file there, if any. Errors: as place().
  Result<void> replace(int dir, const std::string& name);

  /// Moves what is at `name` in `dir` to this name. Errors: as place(), with ENOENT if nothing is
  /// there.
  Result<void> take_out(int dir, const std::string& name);

  /// Removes what has the name now, for callers that must know. Errors: denied, io.
  Result<void> remove();

 private:
  Temporary(int dir, std::string name, Kind kind, util::UniqueFd fd)
      : dir_(dir), name_(std::move(name)), kind_(kind), fd_(std::move(fd)) {}

  Result<void> place_without_flags(int dir, const std::string& name);

  int dir_;  // -1 once there is nothing to remove
  std::string name_;
  Kind kind_;
  util::UniqueFd fd_;
};

/// Whether a rename failed because kernel or file system lack its flags.
bool cannot_rename_so(const Error& error) noexcept;

/// Removes a file, or a directory with the files in it; nothing there is success.
Result<void> remove_object(int dir, const std::string& name, Temporary::Kind kind);

}  // namespace larder::disk
