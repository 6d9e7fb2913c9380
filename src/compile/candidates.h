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

/// Places at which a compiler may look for a file: what is there, and those that must stay empty.
/// Remembers directories, so that a place costs at most one syscall, and none where its directory
/// is not there or its names are known. Paths are plain ones. One thread at a time.
class Candidates {
 public:
  /// What is known of a directory. For callers a handle.
  struct Directory {
    std::string_view path;
    bool is_there = false;
    Directory* above = nullptr;  ///< If it is not there: the deepest existing directory above it
    std::string below;           ///< and the way down from that.
    FileStamp stamp;
    std::size_t times_asked = 0;
    std::optional<NameSet> names;     ///< Once they are known.
    std::vector<std::string> absent;  ///< Names that must not appear in it; any number of times.
  };

  explicit Candidates(DirectoryNames names) : names_(names) {}

  /// The directory at a path, there or not; good as long as this is. One syscall for a new one.
  /// Errors: those of stat that are no absence, which are not remembered.
  Result<Directory*> find_directory(std::string_view path);

  /// Whether a name may be in a directory: false tells for certain. No syscall, at times those of
  /// reading the directory.
  bool may_hold(Directory& directory, std::string_view name);

  /// The file at a place, as a compiler that looks there finds it: nullopt if there is none, or a
  /// directory, which compilers pass over; but a directory that ends in ".gch" is a find. The
  /// second form looks whatever may_hold() says.
  /// Errors: those of stat that are no absence.
  Result<std::optional<FileStamp>> look(const std::string& path);
  static Result<std::optional<FileStamp>> look_at(const std::string& path);

  /// Notes that a place that was found empty must stay so. Nothing for one that could not be looked
  /// at.
  void require_absent(const std::string& path);
  void require_absent(Directory& directory, std::string_view name);

  /// Those of take_groups()' directories that were changed at `since_ns` (coarse_now_ns()) or
  /// later. Sorted.
  [[nodiscard]] std::vector<std::string> changed_since(std::int64_t since_ns) const;

  /// What was noted, by the deepest existing directory above each place, whose stamp tells of all
  /// that is below. Sorted. The names are given away: to be called last.
  [[nodiscard]] std::vector<AbsentGroup> take_groups();

 private:
  [[nodiscard]] bool is_known_missing(std::string_view path) const;
  [[nodiscard]] std::size_t asked_often(const FileStamp& stamp) const noexcept;

  DirectoryNames names_;
  util::StringMap<Directory> directories_;  // Which stay where they are.
};

}  // namespace larder::compile
