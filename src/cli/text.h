#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <chrono>
#include <cstdint>

/// Figures and rows as commands print them for people.
namespace larder::cli {

/// "2024-02-29T23:59:59Z".
std::string utc_text(std::chrono::system_clock::time_point time);

/// The time that such a text says; nullopt for any other text.
std::optional<std::chrono::system_clock::time_point> parse_utc(std::string_view text);

/// "12.3 s", "4 min 5 s".
std::string time_text(std::uint64_t milliseconds);

/// "3 (75.0 %)"; the part alone where the whole is 0.
std::string rate_text(std::uint64_t part, std::uint64_t whole);

/// A name with blanks for underscores.
std::string spaced(std::string_view name);

/// A line of a table: what it is, indented by two blanks a level, and its value in a column.
std::string row(std::string_view what, const std::string& value, int indent = 0);

}  // namespace larder::cli
