#include "compile/copies.h"

#include <algorithm>

namespace larder::compile {

void Copies::see(std::string_view path, const HashedFile& file, const SourceScan& scan) {
  asks_for_once_ = asks_for_once_ || scan.asks_for_once;
  files_.push_back({file.digest, file.stamp.device, file.stamp.inode, path});
}

std::optional<std::string> Copies::find() const {
  if (!asks_for_once_) return std::nullopt;
  std::vector<const File*> sorted;
  sorted.reserve(files_.size());
  for (const File& file : files_) sorted.push_back(&file);
  std::ranges::sort(sorted, {}, [](const File* file) { return file->digest.bytes; });
  const auto copy = std::ranges::adjacent_find(sorted, [](const File* one, const File* other) {
    const bool is_same = one->device == other->device && one->inode == other->inode;
    return one->digest == other->digest && !is_same;
  });
  if (copy == sorted.end()) return std::nullopt;
  return std::string((*copy)->path);
}

}  // namespace larder::compile
