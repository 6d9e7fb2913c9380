#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace larder::s3 {

/// A key as the path of a URL: all but letters, digits and `-_.~/` as %XX.
std::string encode_path(std::string_view key);

/// A value of a query, where `/` is encoded too.
std::string encode_value(std::string_view value);

/// What a listing with `encoding-type=url` spells so, or nullopt for a `%` without two digits.
/// Services differ: `+` means a space, which some of them write as %20; a plus is %2B in all.
std::optional<std::string> decode_listed(std::string_view text);

}  // namespace larder::s3
