#pragma once

#include <larder/result.h>
#include <larder/store.h>

#include <string>

namespace larder::compile {

/// Where the compiler cache keeps what is its own, beside the entries, in a store on disk;
/// doc/format/disk.md. All empty for a store elsewhere: then nothing is remembered between
/// processes and nothing is counted.
struct StatePaths {
  std::string counters;   ///< Of all users of the store.
  std::string user;       ///< A directory for each user, closed to others.
  std::string inodes;     ///< In it: the inode cache,
  std::string facts;      ///< what is known of contents,
  std::string compilers;  ///< the compilers' records, a directory,
  std::string searches;   ///< their search paths, a directory,
  std::string history;    ///< and what became of compiles.

  /// `dir` is the store's; empty for one elsewhere.
  static StatePaths in(const std::string& dir);
  static StatePaths of(const Store& store);

  [[nodiscard]] bool is_known() const noexcept { return !user.empty(); }

  /// Makes the directories that are missing. Errors: denied, no_space, io.
  [[nodiscard]] Result<void> make_directories() const;
};

}  // namespace larder::compile
