#pragma once

#include "compile/content_facts.h"
#include "compile/inode_cache.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <cstdint>

namespace larder::compile {

/// Hashes of all names in a directory, sorted: most names that are not there have none of them.
class NameSet {
 public:
  explicit NameSet(std::vector<std::uint32_t> sorted) : sorted_(std::move(sorted)) {}

  [[nodiscard]] bool may_hold(std::string_view name) const noexcept;

 private:
  std::vector<std::uint32_t> sorted_;
};

/// The names in directories, by reading them or as remembered by the directories' stamps, which
/// change with every name: doc/format/state.md. One thread at a time.
class DirectoryNames {
 public:
  /// `facts`: where names are remembered, or null. `quiet_since_ns`: which directories are worth
  /// it, those that have not changed since then; a while before now, in coarse_now_ns().
  DirectoryNames(ContentFacts* facts, std::int64_t quiet_since_ns)
      : facts_(facts), quiet_since_ns_(quiet_since_ns) {}

  /// Whether read() will remember the names of a directory with this stamp.
  [[nodiscard]] bool is_worth_reading(const FileStamp& stamp) const noexcept;

  /// What is remembered. No syscall.
  [[nodiscard]] std::optional<NameSet> recall(const FileStamp& stamp) const;

  /// The names in the directory at `path`, which had this stamp; nullopt where they cannot be read.
  /// Six syscalls, and more for a large one.
  std::optional<NameSet> read(const std::string& path, const FileStamp& stamp);

 private:
  ContentFacts* facts_;
  std::int64_t quiet_since_ns_;
};

}  // namespace larder::compile
