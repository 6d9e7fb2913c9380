#pragma once

#include "compile/compiler.h"
#include "compile/inode_cache.h"
#include "util/bytes.h"

#include <optional>
#include <string>
#include <vector>

namespace larder::compile {

/// What was found out about a compiler, and the files it was found from; doc/format/state.md.
///
///   record := "\x89LDRCMP\n", u64 version (2), u64 kind, identity (32), u64 files, file*,
///             u64 places, place*, check
///   file   := u64 device, inode, size, mtime ns, ctime ns, u64 path length, path
///   place  := u64 path length, path
///   check  := XXH3-128 of all before it
struct CompilerRecord {
  struct File {
    std::string path;
    FileStamp stamp;
  };

  Compiler compiler;
  std::vector<File> files;

  [[nodiscard]] util::ByteBuffer encode() const;

  /// Nullopt for bytes that are not a sound record of this version.
  static std::optional<CompilerRecord> decode(util::ByteSpan bytes);

  /// Whether every file still has its stamp and none has appeared. One syscall a file or place.
  [[nodiscard]] bool is_current() const noexcept;
};

}  // namespace larder::compile
