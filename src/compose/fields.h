#pragma once

#include "compose/environment.h"
#include <larder/config.h>
#include <larder/result.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <cstdint>

/// The one list of all settings: how each is called in the file and in the environment, how it is
/// read and shown. doc/configuration.md is its prose.
namespace larder::compose {

// The types of store that have their settings in this list.
inline constexpr std::string_view kDiskType = "disk";
inline constexpr std::string_view kMemoryType = "memory";

/// A number of bytes; absent is unlimited. Written as a string in the file.
struct SizeValue {
  std::optional<std::uint64_t> bytes = {};
};

/// A setting's value in the shape that the file has it.
using FieldValue = std::variant<std::string, bool, std::vector<std::string>, SizeValue>;

/// What a setting is in the file.
enum class FieldType : std::uint8_t {
  text,  ///< A string.
  flag,  ///< true or false.
  list,  ///< An array of strings; in the environment joined by colons.
};

/// One setting of a table, which is Config::compile or one of Config::caches.
template <typename Table>
struct Field {
  std::string_view key;       ///< In the file.
  std::string_view variable;  ///< In the environment; empty for none.
  FieldType type;
  bool has_empty;  ///< An empty variable is a value; else it counts as unset.
  bool disk_only;  ///< Means nothing to a store of another type.

  /// Reads a string, bool or list, as `type` says. Errors: invalid_argument.
  Result<void> (*set)(Table& table, const FieldValue& value, const Environment& environment,
                      Origin origin);
  FieldValue (*get)(const Table& table);
  const Origin& (*origin)(const Table& table);
};

std::span<const Field<CompileConfig>> compile_fields() noexcept;
std::span<const Field<CacheConfig>> cache_fields() noexcept;

/// The value that a variable's text means for a setting of this type: for a flag 1, true, yes, on
/// or 0, false, no, off in any case, empty for false. Errors: invalid_argument.
Result<FieldValue> value_of_variable(FieldType type, std::string_view text);

}  // namespace larder::compose
