#include "compile/read_files.h"

#include "compile/plain_path.h"
#include "util/bytes.h"
#include "util/hash.h"

#include <algorithm>

namespace larder::compile {
namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

std::uint64_t hash_of(std::string_view path) noexcept {
  return util::xxh3_64(util::as_bytes(path));
}

bool is_same_file(const FileStamp& one, const FileStamp& other) noexcept {
  return one.inode == other.inode && one.device == other.device;
}

std::int64_t second_of(const FileStamp& stamp) noexcept {
  return stamp.mtime_ns / kNanosecondsPerSecond;
}

}  // namespace

ReadFiles::ReadFiles(std::span<const ReadFile> files) {
  files_.reserve(files.size());
  for (const ReadFile& file : files) add_to_list(file);
  by_path_ = index_by(path_hash_of);
  by_inode_ = index_by(inode_of);
  by_size_ = index_by(size_of);
}

void ReadFiles::add(const ReadFile& file) {
  add_to_list(file);
  add_to(by_path_, path_hash_of);
  add_to(by_inode_, inode_of);
  add_to(by_size_, size_of);
}

void ReadFiles::add_to_list(const ReadFile& file) {
  const bool is_plain = is_plain_path(file.path);
  files_.push_back({.path = is_plain ? file.path : plain_.emplace_back(plain_path(file.path)),
                    .stamp = file.stamp});
}

std::uint64_t ReadFiles::path_hash_of(const File& file) { return hash_of(file.path); }
std::uint64_t ReadFiles::inode_of(const File& file) { return file.stamp.inode; }
std::uint64_t ReadFiles::size_of(const File& file) { return file.stamp.size; }

/// Of the file that was added last.
void ReadFiles::add_to(Index& index, NumberOf* number_of) const {
  const Entry entry = {number_of(files_.back()), static_cast<std::uint32_t>(files_.size() - 1)};
  index.insert(std::ranges::upper_bound(index, entry), entry);
}

ReadFiles::Index ReadFiles::index_by(NumberOf* number_of) const {
  Index index;
  index.reserve(files_.size());
  for (std::uint32_t i = 0; i < files_.size(); ++i) index.push_back({number_of(files_[i]), i});
  std::ranges::sort(index);
  return index;
}

std::span<const ReadFiles::Entry> ReadFiles::entries_of(const Index& index, std::uint64_t number) {
  const auto begin = std::ranges::lower_bound(index, number, {}, &Entry::number);
  const auto end =
      std::find_if(begin, index.end(), [&](const Entry& entry) { return entry.number != number; });
  return {begin, end};
}

std::optional<std::size_t> ReadFiles::find(std::string_view path) const {
  for (const Entry& entry : entries_of(by_path_, hash_of(path))) {
    if (files_[entry.file].path == path) return entry.file;
  }
  return std::nullopt;
}

template <typename See>
void ReadFiles::for_each_name(const FileStamp& stamp, const See& see) const {
  for (const Entry& entry : entries_of(by_inode_, stamp.inode)) {
    if (is_same_file(files_[entry.file].stamp, stamp)) see(entry.file);
  }
}

std::vector<std::string_view> ReadFiles::directories_of(const FileStamp& stamp) const {
  std::vector<std::string_view> directories;
  for_each_name(stamp,
                [&](std::size_t file) { directories.push_back(directory_of(files_[file].path)); });
  std::ranges::sort(directories);
  directories.erase(std::unique(directories.begin(), directories.end()), directories.end());
  return directories;
}

bool ReadFiles::has_inode(const FileStamp& stamp) const {
  bool has = false;
  for_each_name(stamp, [&](std::size_t) { has = true; });
  return has;
}

/// gcc goes by size, time in seconds and content, clang by inode.
bool ReadFiles::has_alike(const FileStamp& stamp) const {
  return std::ranges::any_of(entries_of(by_size_, stamp.size), [&](const Entry& entry) {
    return second_of(files_[entry.file].stamp) == second_of(stamp);
  });
}

void ReadFiles::explain(std::string_view path) {
  if (const auto number = find(path)) explain(*number);
}

void ReadFiles::explain(const FileStamp& stamp) {
  for_each_name(stamp, [this](std::size_t file) { explain(file); });
}

std::optional<std::string> ReadFiles::find_unexplained() const {
  for (const File& file : files_) {
    // Listed by clang for -fsanitize, and no header.
    if (!file.is_explained && !file.path.ends_with("_ignorelist.txt")) {
      return std::string(file.path);
    }
  }
  return std::nullopt;
}

}  // namespace larder::compile
