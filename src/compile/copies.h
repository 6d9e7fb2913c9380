#pragma once

#include "compile/file_digests.h"
#include "compile/source_scan.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace larder::compile {

/// Finds copies among the files of a compile that gcc may take for one file. A file that is to be
/// read once is skipped where another of its size, time and content has been read: what comes out
/// then follows from times, which no digest holds. One thread at a time.
/// Source: GCC's libcpp, as seen.
class Copies {
 public:
  /// Takes a file that was read, or skipped. Keeps a view of the path.
  void see(std::string_view path, const HashedFile& file, const SourceScan& scan);

  /// The path of a copy whose time decides whether it is read, or nothing.
  [[nodiscard]] std::optional<std::string> find() const;

 private:
  struct File {
    util::Digest digest;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::string_view path;
  };

  std::vector<File> files_;
  bool asks_for_once_ = false;
};

}  // namespace larder::compile
