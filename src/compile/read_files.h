#pragma once

#include "compile/absent_files.h"
#include "compile/inode_cache.h"

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <cstddef>
#include <cstdint>

namespace larder::compile {

/// The files that a compile read, by what a search may find of them. Paths are plain ones. One
/// thread at a time.
class ReadFiles {
 public:
  /// Keeps views of the files' paths.
  explicit ReadFiles(std::span<const ReadFile> files);
  ReadFiles(const ReadFiles&) = delete;
  ReadFiles& operator=(const ReadFiles&) = delete;

  /// Adds a file. Keeps a view of its path.
  void add(const ReadFile& file);

  /// The directories in which a compiler may take the file of this stamp to lie: clang goes by any
  /// of the names that it knows a file by. The file is one of them.
  [[nodiscard]] std::vector<std::string_view> directories_of(const FileStamp& stamp) const;

  /// What was read by this path: its number, good as long as this is.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view path) const;
  [[nodiscard]] const FileStamp& stamp(std::size_t number) const { return files_[number].stamp; }

  /// Whether it was read by another name: gcc shortens those of system headers.
  [[nodiscard]] bool has_inode(const FileStamp& stamp) const;

  /// Whether a file may have been skipped as a copy of one that was read.
  [[nodiscard]] bool has_alike(const FileStamp& stamp) const;

  /// Notes that something asked for the file by the path of this number; for the path; or for the
  /// file by any name. The latter do nothing for what was not read.
  void explain(std::size_t number) { files_[number].is_explained = true; }
  void explain(std::string_view path);
  void explain(const FileStamp& stamp);

  /// The first file that nothing asked for.
  [[nodiscard]] std::optional<std::string> find_unexplained() const;

 private:
  struct File {
    std::string_view path;
    FileStamp stamp;
    bool is_explained = false;
  };
  /// Files by a number of each, to be found by bisection: for a few thousand files that takes less
  /// than the nodes of a hash table.
  struct Entry {
    std::uint64_t number;
    std::uint32_t file;

    friend auto operator<=>(const Entry&, const Entry&) = default;
  };
  using Index = std::vector<Entry>;
  using NumberOf = std::uint64_t(const File&);

  void add_to_list(const ReadFile& file);
  static std::uint64_t path_hash_of(const File& file);
  static std::uint64_t inode_of(const File& file);
  static std::uint64_t size_of(const File& file);
  [[nodiscard]] Index index_by(NumberOf* number_of) const;
  void add_to(Index& index, NumberOf* number_of) const;
  static std::span<const Entry> entries_of(const Index& index, std::uint64_t number);
  template <typename See>
  void for_each_name(const FileStamp& stamp, const See& see) const;

  std::deque<std::string> plain_;  // Paths that had to be made plain.
  std::vector<File> files_;
  Index by_path_;  // by its hash
  Index by_inode_;
  Index by_size_;
};

}  // namespace larder::compile
