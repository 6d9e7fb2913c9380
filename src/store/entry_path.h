#pragma once

#include "store/address.h"
#include "store/namespace_path.h"
#include <larder/key.h>
#include <larder/name.h>

#include <optional>
#include <string>
#include <string_view>

/// The path of an entry below its store's root, the same on disk as in a bucket:
///
///     path       = namespace shard "/" entry
///     namespace  = *(component "/")
///     component  = name | ".ns-" name    ; the second for a name of two hex digits, either case
///     shard      = 2HEX                  ; lower case: the first two digits of its entries
///     entry      = 2*128HEX              ; lower case: the whole key
namespace larder::store {

inline constexpr unsigned kShards = 256;

/// The shard that the key falls into: its first byte.
unsigned shard_of(const Key& key);

/// "3f".
std::string shard_name(unsigned shard);

/// What the paths below a namespace begin with: "" for the root, "compile/.ns-ab/".
std::string namespace_prefix(const NamespacePath& ns);

/// The name of an entry within its shard.
std::string entry_name(const Key& key);

/// "compile/3f/3f21…".
std::string entry_path(const Address& address);

/// The shard that a component means, or nullopt if it is no shard's.
std::optional<unsigned> parse_shard(std::string_view component);

/// The namespace that a component means, or nullopt if it is no namespace's.
std::optional<Name> parse_component(std::string_view component);

/// The key of the entry of that name in `shard`, or nullopt if it is no entry's.
std::optional<Key> parse_entry(std::string_view name, unsigned shard);

/// Where an entry lives, as a value.
struct Place {
  NamespacePath ns;
  Key key;
};

/// Where the entry of that path lives, or nullopt if it is no entry's.
std::optional<Place> parse_entry_path(std::string_view path);

}  // namespace larder::store
