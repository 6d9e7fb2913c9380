#include "compile/candidates.h"

#include "compile/output_names.h"
#include "compile/plain_path.h"
#include "util/try.h"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include <cerrno>
#include <climits>

namespace larder::compile {
namespace {

/// A directory asked for more often than this is read as a whole: one that holds 300 files takes as
/// long as 50 stats. A small one is, in the block that file systems mostly give a directory; and
/// earlier one whose names the next compiles will know by that.
constexpr std::size_t kAskedOften = 32;
constexpr std::size_t kSmallAskedOften = 10;
constexpr std::uint64_t kSmallBytes = 4096;
constexpr std::size_t kWorthAskedOften = 4;

bool is_absence(int os_error) {
  return os_error == ENOENT || os_error == ENOTDIR || os_error == ENAMETOOLONG;
}

tl::unexpected<Error> failed(int os_error, const std::string& path) {
  return fail(Error::from_errno(os_error, "look at " + path));
}

}  // namespace

Result<std::optional<FileStamp>> Candidates::look(const std::string& path) {
  const std::string_view name = file_name(path);
  LARDER_TRY(Directory * directory, find_directory(directory_of(path)));
  if (!may_hold(*directory, name)) return std::optional<FileStamp>();
  return look_at(path);
}

Result<std::optional<FileStamp>> Candidates::look_at(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) {
    const int os_error = errno;
    if (is_absence(os_error)) return std::optional<FileStamp>();
    return failed(os_error, path);
  }
  if (S_ISDIR(status.st_mode) && !path.ends_with(".gch")) return std::optional<FileStamp>();
  return std::optional(FileStamp::of(status));
}

/// Remembers what it has found out; not that it could not.
Result<Candidates::Directory*> Candidates::find_directory(std::string_view path) {
  if (const auto known = directories_.find(path); known != directories_.end()) {
    return &known->second;
  }
  const std::string name(path);
  Directory directory;
  struct stat status = {};
  if (is_known_missing(path)) {
    directory.is_there = false;
  } else if (::stat(name.c_str(), &status) == 0) {
    directory.is_there = S_ISDIR(status.st_mode);
    directory.stamp = FileStamp::of(status);
    if (directory.is_there) directory.names = names_.recall(directory.stamp);
  } else if (const int os_error = errno; !is_absence(os_error)) {
    return failed(os_error, name);
  }
  if (!directory.is_there) {
    const std::string_view parent = directory_of(path);
    if (parent == path) return failed(ENOENT, name);  // The working directory has been removed.
    LARDER_TRY(Directory * upper, find_directory(parent));
    directory.above = upper->is_there ? upper : upper->above;
    directory.below = (upper->is_there ? "" : upper->below + "/") + std::string(file_name(path));
  }
  const auto place = directories_.emplace(name, std::move(directory)).first;
  place->second.path = place->first;
  return &place->second;
}

bool Candidates::may_hold(Directory& directory, std::string_view name) {
  if (!directory.is_there) return false;
  if (!directory.names && ++directory.times_asked == asked_often(directory.stamp)) {
    // One that may be searched but not read stays with a stat for each name.
    directory.names = names_.read(std::string(directory.path), directory.stamp);
  }
  return !directory.names || name == ".." || directory.names->may_hold(name);
}

/// Whether the directory above is known not to hold it.
bool Candidates::is_known_missing(std::string_view path) const {
  const std::string_view name = file_name(path);
  const auto parent = directories_.find(directory_of(path));
  return parent != directories_.end() && parent->second.names && name != ".." && path != "." &&
         path != "/" && !parent->second.names->may_hold(name);
}

/// How often, that a directory is read.
std::size_t Candidates::asked_often(const FileStamp& stamp) const noexcept {
  if (names_.is_worth_reading(stamp)) return kWorthAskedOften;
  return stamp.size <= kSmallBytes ? kSmallAskedOften : kAskedOften;
}

void Candidates::require_absent(const std::string& path) {
  const auto known = directories_.find(directory_of(path));
  if (known != directories_.end()) require_absent(known->second, file_name(path));
}

void Candidates::require_absent(Directory& directory, std::string_view name) {
  // Nothing can have such a name, and the lookup could not tell why it is not there.
  if (name.size() > NAME_MAX || directory.path.size() + 1 + name.size() >= PATH_MAX) return;
  if (directory.is_there) {
    directory.absent.emplace_back(name);
  } else {
    directory.above->absent.push_back(directory.below + "/" + std::string(name));
  }
}

std::vector<std::string> Candidates::changed_since(std::int64_t since_ns) const {
  std::vector<std::string> changed;
  for (const auto& [path, directory] : directories_) {
    if (directory.absent.empty()) continue;
    const FileStamp& stamp = directory.stamp;
    if (std::max(stamp.mtime_ns, stamp.ctime_ns) >= since_ns) changed.push_back(path);
  }
  std::ranges::sort(changed);
  return changed;
}

std::vector<AbsentGroup> Candidates::take_groups() {
  std::vector<AbsentGroup> groups;
  for (auto& [path, directory] : directories_) {
    if (directory.absent.empty()) continue;
    std::vector<std::string> names = std::exchange(directory.absent, {});
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    groups.push_back({.directory = path, .names = std::move(names)});
  }
  std::ranges::sort(groups, {}, &AbsentGroup::directory);
  return groups;
}

}  // namespace larder::compile
