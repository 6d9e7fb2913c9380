#pragma once

#include "store/address.h"
#include "store/namespace_path.h"
#include <larder/key.h>
#include <larder/name.h>

#include <optional>
#include <string>
#include <string_view>

#include <cstddef>

/// Every path of a store on disk is built and read here; doc/format/disk.md.
///
///     store      = namespace ".larder/" own
///     namespace  = *(shard "/" entry) *(component "/" namespace)
///     component  = name | ".ns-" name    ; the second for a name of two hex digits, either case
///     shard      = 2HEX                  ; lower case: the first two digits of its entries
///     entry      = 2*128HEX              ; the whole key; a file (packed) or a directory
///     own        = "format" | "counters" | "locks/" lock | "tmp/" temporary
///     lock       = shard | "counters" | "recount" | "evict"
///     temporary  = shard "-" 16HEX       ; the shard whose lock its last user holds
///
/// Paths are relative to the store's directory. What fits nothing above is foreign: never read,
/// counted or removed.
namespace larder::disk::layout {

inline constexpr unsigned kShards = 256;

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

/// The shard that the key falls into: its first byte.
unsigned shard_of(const Key& key);

/// "3f".
std::string shard_name(unsigned shard);

/// The directory of a namespace: "." for the root, "compile/.ns-ab".
std::string namespace_dir(const store::NamespacePath& ns);

/// The directory of a shard: "compile/3f".
std::string shard_dir(const store::NamespacePath& ns, unsigned shard);

/// The name of an entry within its shard's directory.
std::string entry_name(const Key& key);

/// "compile/3f/3f21…".
std::string entry_path(const store::Address& address);

/// A name for a temporary of this shard; `unique` tells it from all others.
std::string temporary_name(unsigned shard, std::uint64_t unique);

/// The shard that a directory's name means, or nullopt if it is no shard's.
std::optional<unsigned> parse_shard(std::string_view dir_name);

/// The namespace that a directory's name means, or nullopt if it is no namespace's.
std::optional<Name> parse_component(std::string_view dir_name);

/// The key of the entry of that name in `shard`, or nullopt if it is no entry's.
std::optional<Key> parse_entry(std::string_view file_name, unsigned shard);

/// The shard whose lock guards the temporary, or nullopt if it is none of this format.
std::optional<unsigned> parse_temporary(std::string_view file_name);

}  // namespace larder::disk::layout
