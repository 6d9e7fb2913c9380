#pragma once

#include <optional>
#include <string_view>

#include <chrono>

/// Times as a service writes them; nullopt for what is none.
namespace larder::s3 {

/// In headers, RFC 9110 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT".
std::optional<std::chrono::system_clock::time_point> parse_http_date(std::string_view text);

/// In documents, ISO 8601: "1994-11-06T08:49:37.000Z", with any number of digits after the point.
std::optional<std::chrono::system_clock::time_point> parse_iso_time(std::string_view text);

}  // namespace larder::s3
