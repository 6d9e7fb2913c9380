#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace larder::e2e {

/// One name in a directory tree.
struct FileState {
  mode_t mode = 0;      ///< Type and permissions.
  nlink_t links = 0;    ///< 1 for directories, whatever the file system says.
  std::string content;  ///< A file's bytes or a link's target.

  friend bool operator==(const FileState&, const FileState&) = default;
};

/// Everything below a directory, by path relative to it.
using Snapshot = std::map<std::string, FileState>;

Snapshot take_snapshot(const std::string& directory);

/// What `actual` has otherwise than `expected`, a line each.
std::vector<std::string> differences(const Snapshot& expected, const Snapshot& actual);

}  // namespace larder::e2e
