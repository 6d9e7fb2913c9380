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

#include <chrono>
#include <cstdint>

/// The one list of all settings: how each is called in the file and in the environment, how it is
/// read and shown. doc/configuration.md is its prose.
namespace larder::compose {

// The types of store that have their settings in this list.
inline constexpr std::string_view kDiskType = "disk";
inline constexpr std::string_view kMemoryType = "memory";
inline constexpr std::string_view kS3Type = "s3";

/// A set of these types.
using TypeSet = std::uint8_t;
inline constexpr TypeSet kOfDisk = 1;
inline constexpr TypeSet kOfMemory = 2;
inline constexpr TypeSet kOfS3 = 4;
inline constexpr TypeSet kOfAll = kOfDisk | kOfMemory | kOfS3;

/// The set of just the type of that name; empty for a type that is none of these.
TypeSet set_of_type(std::string_view name) noexcept;

/// A number of bytes; absent is unlimited. Written as a string in the file.
struct SizeValue {
  std::optional<std::uint64_t> bytes = {};
};

/// A length of time. Written as a string in the file.
struct AgeValue {
  std::chrono::seconds seconds = {};
};

/// A setting's value in the shape that the file has it.
using FieldValue = std::variant<std::string, bool, std::vector<std::string>, SizeValue, AgeValue>;

/// What a setting is in the file.
enum class FieldType : std::uint8_t {
  text,          ///< A string.
  flag,          ///< true or false.
  flag_or_auto,  ///< true, false or the string "auto".
  list,          ///< An array of strings; in the environment joined by colons.
};

/// One setting of a table, which is Config::compile, Config::courier or one of Config::caches.
template <typename Table>
struct Field {
  std::string_view key;       ///< In the file.
  std::string_view variable;  ///< In the environment; empty for none.
  FieldType type;
  bool has_empty;  ///< An empty variable is a value; else it counts as unset.
  TypeSet types;   ///< The types of store that it means something to.
  bool is_secret;  ///< `get` gives only whether it is set.

  /// Reads what `type` says: a string, a bool or a list. Errors: invalid_argument; never with the
  /// text of a secret.
  Result<void> (*set)(Table& table, const FieldValue& value, const Environment& environment,
                      Origin origin);
  FieldValue (*get)(const Table& table);
  const Origin& (*origin)(const Table& table);
};

std::span<const Field<CompileConfig>> compile_fields() noexcept;
std::span<const Field<CourierConfig>> courier_fields() noexcept;
std::span<const Field<CacheConfig>> cache_fields() noexcept;

/// Whether a store of that type has the setting; one of an unknown type may have any.
inline bool applies_to(const Field<CacheConfig>& field, std::string_view type) noexcept {
  const TypeSet own = set_of_type(type);
  return own == 0 || (field.types & own) != 0;
}

/// The value that a variable's text means for a setting of this type: for a flag 1, true, yes, on
/// or 0, false, no, off in any case, empty for false. Errors: invalid_argument.
Result<FieldValue> value_of_variable(FieldType type, std::string_view text);

}  // namespace larder::compose
