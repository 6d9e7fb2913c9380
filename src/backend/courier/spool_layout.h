#pragma once

#include "store/address.h"
#include "store/namespace_path.h"
#include <larder/key.h>
#include <larder/result.h>

#include <optional>
#include <string>
#include <string_view>

#include <compare>
#include <cstdint>

/// The spool of uploads, version 1; doc/format/courier.md. A directory for each user and each list
/// of tiers beyond the disks:
///
///   spool  = *file "usage" "lock" *temporary
///   file   = time:16HEX "-" writer:8HEX "-" verb "-" key:2*128HEX "-" namespace:*HEX
///   verb   = "p"                 put: the file is the entry's pack
///          | "r"                 remove: the file is empty
///   temporary = "copy.new-" …    not yet a file
///
/// Digits are lower case. `time` is in nanoseconds since the epoch, later in each file of a writer
/// than in the one before: what one writer wrote is uploaded in the order of the names.
namespace larder::courier {

inline constexpr const char* kUsageFile = "usage";
inline constexpr const char* kSpoolLock = "lock";
inline constexpr const char* kSpoolTemporary = "copy";

/// What a file of the spool asks for. A value.
struct SpoolEntry {
  enum class Verb : std::uint8_t { put, remove };

  std::uint64_t time_ns = 0;
  std::uint32_t writer = 0;  ///< Of the writers at one time each has another.
  Verb verb = Verb::put;
  store::NamespacePath ns;
  Key key;

  [[nodiscard]] store::Address address() const noexcept { return {ns, key}; }

  /// The file's name. Errors: invalid_argument for a namespace too long for one.
  [[nodiscard]] Result<std::string> name() const;

  /// What a file's name means, or nullopt if it is none of this version.
  static std::optional<SpoolEntry> parse(std::string_view name);
};

}  // namespace larder::courier
