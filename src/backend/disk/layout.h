#pragma once

#include "store/entry_path.h"

#include <optional>
#include <string>
#include <string_view>

#include <cstdint>

/// Every path of a store on disk is built and read here; doc/format/disk.md.
///
///     store      = namespace ".larder/" own
///     namespace  = *(shard "/" entry) *(component "/" namespace)   ; store/entry_path.h has these
///     own        = "format" | "counters" | "locks/" lock | "tmp/" temporary | "spool/" …
///     lock       = shard | "counters" | "recount" | "evict"
///     temporary  = [shard "/"] shard "-" 16HEX   ; the shard whose lock its last user holds
///
/// An entry is a file (packed) or a directory. Paths are relative to the store's directory. What
/// fits nothing above is foreign: never read, counted or removed.
namespace larder::disk::layout {

using store::entry_name;
using store::entry_path;
using store::kShards;
using store::parse_component;
using store::parse_entry;
using store::parse_shard;
using store::shard_name;
using store::shard_of;

inline constexpr const char* kOwnDir = ".larder";
inline constexpr const char* kFormatFile = "format";
inline constexpr const char* kFormatPath = ".larder/format";
inline constexpr const char* kCountersFile = "counters";
inline constexpr const char* kCountersPath = ".larder/counters";
inline constexpr const char* kLocksDir = "locks";
inline constexpr const char* kTemporariesDir = "tmp";
inline constexpr const char* kCountersLock = "counters";
inline constexpr const char* kEvictLock = "evict";
inline constexpr const char* kRecountLock = "recount";

/// The file of a directory entry that says what the others must hold; no blob can be named so.
inline constexpr const char* kEntryIndex = ".entry";

/// The directory of a namespace: "." for the root, "compile/.ns-ab".
std::string namespace_dir(const store::NamespacePath& ns);

/// The directory of a shard: "compile/3f".
std::string shard_dir(const store::NamespacePath& ns, unsigned shard);

/// A name for a temporary of this shard; `unique` tells it from all others.
std::string temporary_name(unsigned shard, std::uint64_t unique);

/// The shard whose lock guards the temporary, or nullopt if it is none of this format.
std::optional<unsigned> parse_temporary(std::string_view file_name);

}  // namespace larder::disk::layout
