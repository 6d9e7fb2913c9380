#pragma once

#include "backend/s3/credentials.h"
#include <larder/result.h>

#include <optional>
#include <string_view>

#include <chrono>

namespace larder::s3 {

/// A time as credentials have it: ISO 8601, in UTC or with an offset.
std::optional<std::chrono::system_clock::time_point> parse_expiration(std::string_view text);

/// Reads what a `credential_process` prints: a JSON object with "Version" 1.
/// Errors: invalid_argument. No message holds any of the text.
Result<Credentials> parse_process_document(std::string_view text);

/// Reads what the endpoint of a container or an instance answers, a JSON object.
/// Errors: unavailable. No message holds any of the text.
Result<Credentials> parse_endpoint_document(std::string_view text);

}  // namespace larder::s3
