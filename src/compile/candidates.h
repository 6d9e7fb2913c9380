#pragma once

#include "compile/directory_names.h"
#include "compile/inode_cache.h"
#include "compile/manifest.h"
#include "util/string_map.h"
#include <larder/result.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <cstdint>

namespace larder::compile {

/// A path with what cannot change its meaning left out: "./a//b/./c/" is "a/b/c". Links are not
/// looked at, ".." stays. "." for nothing.
std::string plain_path(std::string_view path);

/// `directory` and `name` as one plain path; an absolute name stands alone. The second form makes
/// it in place of `path`.
std::string join_path(std::string_view directory, std::string_view name);
void join_path(std::string_view directory, std::string_view name, std::string& path);

/// Where a path leads to, without links and ".."; nullopt if it leads nowhere.
std::optional<std::string> real_path(const std::string& path);

/// The directory part of a plain path: "." for one without.
std::string_view directory_of(std::string_view path) noexcept;

/// Places at which a compiler may look for a file: what is there, and those that must stay empty.
/// Remembers directories, so that a place costs at most one syscall, and none where its directory
/// is not there or is asked for often. Paths are plain ones. One thread at a time.
class Candidates {
 public:
  explicit Candidates(DirectoryNames names) : names_(names) {}

  /// The file at a place, as a compiler that looks there finds it: nullopt if there is none, or a
  /// directory, which compilers pass over; but a directory that ends in ".gch" is a find.
  /// Errors: those of stat that are no absence.
  Result<std::optional<FileStamp>> look(const std::string& path);

  /// Notes that a place that look() found empty must stay so. Nothing for one that it could not
  /// look at.
  void require_absent(const std::string& path);

  /// What was noted, by the deepest existing directory above each place, whose stamp tells of all
  /// that is below. Sorted.
  [[nodiscard]] std::vector<AbsentGroup> groups() const;

  /// Those of groups()' directories that were changed at `since_ns` (coarse_now_ns()) or later.
  [[nodiscard]] std::vector<std::string> changed_since(std::int64_t since_ns) const;

 private:
  struct Directory {
    bool is_there = false;
    Directory* above = nullptr;  // If it is not there: the deepest existing directory above it
    std::string below;           // and the way down from that.
    FileStamp stamp;
    std::size_t times_asked = 0;
    std::optional<NameSet> names;     // Once they are known.
    std::vector<std::string> absent;  // Names that must not appear in it; any number of times.
  };
  using NamedDirectory = std::pair<const std::string, Directory>;

  Result<Directory*> find_directory(std::string_view path);
  [[nodiscard]] bool is_known_missing(std::string_view path) const;
  bool may_hold(Directory& directory, std::string_view path, std::string_view name);
  [[nodiscard]] std::size_t asked_often(const FileStamp& stamp) const noexcept;
  [[nodiscard]] std::vector<const NamedDirectory*> with_absent_names() const;

  DirectoryNames names_;
  util::StringMap<Directory> directories_;  // Which stay where they are.
};

}  // namespace larder::compile
