#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <cstddef>

namespace larder::util {

/// Two lower-case digits a byte.
std::string to_hex(std::span<const std::byte> bytes);

/// Fills `out` from the digits (either case) and gives the number of bytes, or nullopt if the
/// number of digits is odd, a character is no digit, or `out` is too small.
std::optional<std::size_t> from_hex(std::string_view digits, std::span<std::byte> out);

}  // namespace larder::util
