#include "compile/lookup.h"

#include "compile/header_modules.h"
#include "compile/plain_path.h"
#include "compile/real_directories.h"
#include "util/both_ends.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include <cerrno>

namespace larder::compile {
namespace {

/// From this many on a second thread has looked at enough files once it has been started.
constexpr std::size_t kManyFiles = 1000;
/// So that the two threads seldom meet.
constexpr std::size_t kFilesAtATime = 64;

/// Whether an input may be one that is no file: nearly all are.
bool is_fact(const char* input) { return input[0] == '<'; }

enum class Presence {
  absent,
  linked,  // Absent as yet: a link that leads to no file, wherever it leads.
  present,
};

/// What is at `path`, as a compiler finds it, which passes over directories unless they hold
/// precompiled headers. What cannot be looked at counts as present: the compile will tell.
Presence presence_of(const std::string& path) {
  struct stat status = {};
  if (::lstat(path.c_str(), &status) != 0) {
    return errno == ENOENT || errno == ENOTDIR ? Presence::absent : Presence::present;
  }
  const bool is_link = S_ISLNK(status.st_mode);
  if (is_link && ::stat(path.c_str(), &status) != 0) {
    return errno == ENOENT || errno == ENOTDIR ? Presence::linked : Presence::present;
  }
  if (!S_ISDIR(status.st_mode) || path.ends_with(".gch")) return Presence::present;
  return is_link ? Presence::linked : Presence::absent;
}

/// Looks at names in a directory, in sorted order.
class AbsenceCheck {
 public:
  explicit AbsenceCheck(std::string_view directory) : prefix_(std::string(directory) + "/") {}

  bool is_absent(std::string_view name) {
    const std::size_t slash = name.find('/');
    if (slash != std::string_view::npos) {
      const std::string_view first = name.substr(0, slash);
      if (first == absent_) return true;
      if (is_nothing(prefix_ + std::string(first))) {
        absent_ = first;
        return true;
      }
      is_told_by_stamp_ = false;
    }
    const Presence presence = presence_of(prefix_ + std::string(name));
    is_told_by_stamp_ = is_told_by_stamp_ && presence == Presence::absent;
    return presence != Presence::present;
  }

  /// Whether all that was absent stays so while the directory's stamp is what it is: it speaks for
  /// the names in it, but neither for those in directories below nor for where links lead.
  [[nodiscard]] bool is_told_by_stamp() const { return is_told_by_stamp_; }

 private:
  static bool is_nothing(const std::string& path) {
    struct stat status = {};
    return ::lstat(path.c_str(), &status) != 0 && errno == ENOENT;
  }

  std::string prefix_;
  std::string_view absent_;  // The first part of a longer name, last found to be nothing at all.
  bool is_told_by_stamp_ = true;
};

}  // namespace

std::string_view to_string(FileChange::Kind kind) noexcept {
  switch (kind) {
    case FileChange::Kind::changed:
      return "changed";
    case FileChange::Kind::gone:
      return "gone";
    case FileChange::Kind::appeared:
      return "appeared";
    case FileChange::Kind::moved:
      return "moved";
  }
  return "changed";
}

Lookup::Lookup(const Manifest& manifest, FileDigests& digests, util::Helper& helper,
               const ProjectRoot* root)
    : manifest_(manifest),
      digests_(digests),
      helper_(helper),
      root_(root),
      files_(manifest.file_count(), State::unknown),
      groups_(manifest.group_count(), State::unknown),
      current_(manifest.string_count()),
      is_current_known_(manifest.string_count(), false) {}

ManifestVerdict Lookup::run() {
  ManifestVerdict verdict;
  for (std::uint32_t result = 0; result < manifest_.result_count(); ++result) {
    if (holds(result, result == 0 ? &verdict.change : nullptr)) {
      return {.result = result};
    }
  }
  return verdict;
}

bool Lookup::holds(std::uint32_t result, std::optional<FileChange>* change) {
  const Manifest::Numbers files = manifest_.result_files(result);
  look_at_many(files);
  for (const std::uint32_t number : files) {
    if (file_holds(number)) continue;
    if (change != nullptr) *change = change_of_file(number);
    return false;
  }
  if (digest_of_files(files) != manifest_.files_digest(result)) {
    // One of a file's four billion other contents that have its mark: which, cannot be told.
    if (change != nullptr && !files.empty()) *change = change_of_file(files.front());
    return false;
  }
  for (const std::uint32_t number : manifest_.result_groups(result)) {
    if (group_holds(number)) continue;
    if (change != nullptr) *change = change_of_group(number);
    return false;
  }
  return true;
}

bool Lookup::file_holds(std::uint32_t number) {
  State& state = files_[number];
  if (state == State::unknown) {
    const Manifest::File& file = manifest_.file(number);
    const auto& digest = current_digest(file.path);
    state = digest && mark_of(*digest) == file.mark ? State::holds : State::differs;
  }
  return state == State::holds;
}

/// Of files that are all there.
util::Digest Lookup::digest_of_files(Manifest::Numbers files) {
  std::vector<util::Digest> digests;
  digests.reserve(files.size());
  for (const std::uint32_t number : files) {
    digests.push_back(*current_digest(manifest_.file(number).path));
  }
  return digest_of_all(digests);
}

/// Finds out the digests that are known by stamp, by two threads if that takes long enough.
void Lookup::look_at_many(Manifest::Numbers files) {
  if (files.size() < kManyFiles) return;
  std::vector<std::uint32_t> paths;
  paths.reserve(files.size());
  for (const std::uint32_t number : files) {
    const std::uint32_t path = manifest_.file(number).path;
    if (!is_current_known_[path] && !is_fact(manifest_.string(path))) paths.push_back(path);
  }
  if (paths.size() < kManyFiles) return;
  util::from_both_ends(helper_, paths.size(), kFilesAtATime, [&](std::size_t i) {
    const char* const told = manifest_.string(paths[i]);
    const bool is_as_told = root_ == nullptr || !ProjectRoot::is_in_terms_of_root(told);
    const auto known = digests_.known(is_as_told ? told : root_->spelled(told).c_str());
    if (known) current_[paths[i]] = known->digest;
  });
  // The others are to be read.
  for (const std::uint32_t path : paths) is_current_known_[path] = current_[path].has_value();
}

const std::optional<util::Digest>& Lookup::current_digest(std::uint32_t path) {
  if (!is_current_known_[path]) {
    is_current_known_[path] = true;
    // A file that cannot be read is one that differs: the compiler will say why.
    if (const auto fact = digest_of_fact(manifest_.string(path))) {
      current_[path] = fact;
    } else if (const auto hashed = digests_.hash(spelled_path(manifest_.string(path)));
               hashed && *hashed) {
      current_[path] = (*hashed)->digest;
    }
  }
  return current_[path];
}

/// Of an input that is no file.
std::optional<util::Digest> Lookup::digest_of_fact(const char* input) const {
  if (!is_fact(input)) return std::nullopt;
  if (root_ != nullptr && input == ProjectRoot::kMark) return root_->digest();
  if (!is_real_directory(input)) return std::nullopt;
  return real_directory_digest(spelled(directory_of_real(input)), root_);
}

/// Good until the next call.
const char* Lookup::spelled_path(const char* told) {
  if (root_ == nullptr || !ProjectRoot::is_in_terms_of_root(told)) return told;
  spelled_ = root_->spelled(told);
  return spelled_.c_str();
}

std::string Lookup::spelled(std::string_view told) const {
  return root_ == nullptr ? std::string(told) : root_->spelled(told);
}

FileChange Lookup::change_of_file(std::uint32_t number) {
  const std::uint32_t path = manifest_.file(number).path;
  if (root_ != nullptr && manifest_.string(path) == ProjectRoot::kMark) {
    return {FileChange::Kind::moved, root_->path()};
  }
  if (is_real_directory(manifest_.string(path))) {
    return {FileChange::Kind::changed, std::string(directory_of_real(manifest_.string(path)))};
  }
  return {current_digest(path) ? FileChange::Kind::changed : FileChange::Kind::gone,
          spelled_path(manifest_.string(path))};
}

bool Lookup::group_holds(std::uint32_t number) {
  State& state = groups_[number];
  if (state == State::unknown) {
    state = is_absent(manifest_.group(number)) ? State::holds : State::differs;
  }
  return state == State::holds;
}

/// Of the group that was looked at last.
FileChange Lookup::change_of_group(std::uint32_t number) {
  // None of its names is known to be there if the directory itself cannot be looked at.
  return {FileChange::Kind::appeared,
          appeared_.empty() ? spelled_path(manifest_.string(manifest_.group(number).directory))
                            : appeared_};
}

bool Lookup::is_absent(const Manifest::Group& group) {
  if (is_marked_module_directory(manifest_.string(group.directory))) return has_no_module(group);
  const char* directory = spelled_path(manifest_.string(group.directory));
  const std::int64_t now = coarse_now_ns();
  struct stat status = {};
  if (::stat(directory, &status) != 0) {
    return errno == ENOENT || errno == ENOTDIR;  // nothing is in a directory that is not there
  }
  const FileStamp stamp = FileStamp::of(status);
  InodeCache* inodes = digests_.inodes();
  if (inodes != nullptr && inodes->find(stamp, group.mark)) return true;
  AbsenceCheck check(directory);
  for (const std::uint32_t number : group.names) {
    if (check.is_absent(manifest_.name(number))) continue;
    appeared_ = join_path(directory, manifest_.name(number));
    return false;
  }
  const bool is_settled = stamp.ctime_ns < now && stamp.mtime_ns < now;
  if (inodes != nullptr && is_settled && check.is_told_by_stamp() &&
      is_on_trusted_file_system(directory)) {
    inodes->insert(stamp, {}, group.mark);
  }
  return true;
}

/// Whether gcc finds no compiled module in place of these headers.
bool Lookup::has_no_module(const Manifest::Group& group) {
  const std::string directory = spelled(module_directory_of(manifest_.string(group.directory)));
  HeaderModules modules(directory);
  for (const std::uint32_t number : group.names) {
    const char* const header = spelled_path(manifest_.name(number));
    if (!modules.may_have(header)) continue;
    appeared_ = module_of_header(directory, header);
    return false;
  }
  return true;
}

}  // namespace larder::compile
