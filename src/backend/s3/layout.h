#pragma once

#include "store/address.h"
#include "store/entry_path.h"
#include "store/namespace_path.h"
#include <larder/result.h>

#include <optional>
#include <string>
#include <string_view>

#include <cstddef>

/// The keys of the objects that a store in a bucket is; doc/format/s3.md.
///
///     object     = prefix path           ; path: that of store/entry_path.h, as on disk
///
/// An object is its entry's pack. What fits nothing above is foreign: never read, counted or
/// removed.
namespace larder::s3::layout {

/// Longest key of an object, in bytes; the service's.
inline constexpr std::size_t kMaxObjectKeyBytes = 1024;

/// "cache/compile/3f/3f21…". Errors: invalid_argument for a key that is too long.
Result<std::string> object_key(std::string_view prefix, const store::Address& address);

/// What the keys of all objects at and below a namespace begin with: "cache/compile/".
std::string object_prefix(std::string_view prefix, const store::NamespacePath& below);

/// Where the entry of that object lives, or nullopt for a foreign one.
std::optional<store::Place> parse_object_key(std::string_view prefix, std::string_view key);

}  // namespace larder::s3::layout
