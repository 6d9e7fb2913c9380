#pragma once

#include <larder/result.h>

#include <optional>
#include <string>
#include <string_view>

#include <chrono>
#include <cstdint>

/// Sizes and ages as people write them, in config, variables and options.
namespace larder::store {

/// The bytes that `text` means: digits, an optional space, an optional unit (B, K, KB, KiB, M … T,
/// TB, TiB; all 1024-based, any case). Empty is unlimited: nullopt.
/// Errors: invalid_argument (no digits, a unit that is none of these, 2^64 bytes or more).
Result<std::optional<std::uint64_t>> parse_size(std::string_view text);

/// The time that `text` means: digits and one of the units s, m (minutes), h, d, w.
/// Errors: invalid_argument (no digits, no or another unit, more than 2^63 - 1 seconds).
Result<std::chrono::seconds> parse_age(std::string_view text);

/// For people, rounded to a tenth of its unit: "512 B", "1.2 GiB", "10 GiB".
std::string format_size(std::uint64_t bytes);

/// Loses nothing, and parse_size reads it back: "10 GiB", "1537 KiB", "1000001 B".
std::string format_exact_size(std::uint64_t bytes);

/// For people, in the largest unit that fits once, the rest dropped: "45s", "3h", "12d", "8w".
std::string format_age(std::chrono::seconds age);

/// Loses nothing, and parse_age reads it back: "1d", "36h", "90s".
std::string format_exact_age(std::chrono::seconds age);

}  // namespace larder::store
