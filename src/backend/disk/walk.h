#pragma once

#include "backend/disk/entry_format.h"
#include "backend/disk/store_dir.h"
#include "store/namespace_path.h"
#include "util/unique_fd.h"
#include <larder/key.h>
#include <larder/result.h>

#include <functional>
#include <string>

#include <cstdint>

namespace larder::disk {

/// A shard's directory that a walk has come to.
struct ShardDir {
  const store::NamespacePath& ns;
  unsigned shard = 0;
};

/// An entry as a listing sees it.
struct StoredEntry {
  const Key& key;
  std::uint64_t bytes = 0;  ///< What it occupies.
  Identity identity = {};
};

/// Gets each shard's directory; false ends the walk.
using ShardVisitor = std::function<Result<bool>(const ShardDir&)>;
/// Gets each entry; false ends the listing.
using StoredEntryVisitor = std::function<bool(const StoredEntry&)>;
/// Gets the path of what is none of the store's, for a person.
using ForeignVisitor = std::function<void(const std::string&)>;

/// Visits the shards of `below` and of every namespace under it. What comes or goes meanwhile may
/// or may not be seen. A few syscalls for each namespace.
Result<void> walk_shards(const StoreDir& store, const store::NamespacePath& below,
                         const ShardVisitor& on_shard, const ForeignVisitor& on_foreign = {});

/// Visits the entries of one shard; none if its directory is missing. A syscall for each, more in
/// the directory layout. Gives false if the visitor ended it.
Result<bool> list_shard(const StoreDir& store, const EntryFormat& format, const ShardDir& shard,
                        const StoredEntryVisitor& on_entry, const ForeignVisitor& on_foreign = {});

/// What a look at a directory without a sound format file shows.
struct Detected {
  std::optional<DiskLayout> layout = {};  ///< Of the entries that are there, if any was found.
  bool is_exhaustive = true;              ///< Whether everything was looked at.
};

/// Looks for entries, nearest first, in up to a thousand directories: it may be anything's.
Result<Detected> detect_layout(const StoreDir& store);

}  // namespace larder::disk
