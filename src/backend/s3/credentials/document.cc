#include "backend/s3/credentials/document.h"

#include "backend/s3/dates.h"
#include "util/try.h"

#include <nlohmann/json.hpp>

#include <string>

namespace larder::s3 {
namespace {

using nlohmann::json;
using TimePoint = std::chrono::system_clock::time_point;

/// The member's text, or an empty one if it has none.
std::string text_at(const json& document, const char* name) {
  const auto found = document.find(name);
  return found != document.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// A JSON object; the parser's own errors hold what it read.
Result<json> parse_object(std::string_view text, ErrorCode code) {
  json document = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return fail(code, "what it gives is no JSON object");
  return document;
}

Result<Credentials> read_credentials(const json& document, const char* token_name, ErrorCode code) {
  Credentials credentials = {.access_key = text_at(document, "AccessKeyId"),
                             .secret_key = text_at(document, "SecretAccessKey"),
                             .session_token = text_at(document, token_name)};
  if (credentials.access_key.empty() || credentials.secret_key.empty()) {
    return fail(code, "what it gives has no AccessKeyId or no SecretAccessKey");
  }
  const auto expiration = document.find("Expiration");
  if (expiration == document.end() || expiration->is_null()) return credentials;
  credentials.expiry = parse_expiration(text_at(document, "Expiration"));
  if (!credentials.expiry) return fail(code, "what it gives has an Expiration that is no time");
  return credentials;
}

/// Two digits at `offset`, or nullopt.
std::optional<int> two_digits(std::string_view text, std::size_t offset) {
  const auto digit = [&](std::size_t at) { return text[at] - '0'; };
  const auto is_digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  if (text.size() < offset + 2 || !is_digit(offset) || !is_digit(offset + 1)) return std::nullopt;
  return digit(offset) * 10 + digit(offset + 1);
}

/// "+01:30" or "+0130": how far a clock there is ahead of UTC.
std::optional<std::chrono::minutes> parse_offset(std::string_view text) {
  const bool has_colon = text.size() == 6 && text[3] == ':';
  if (!has_colon && text.size() != 5) return std::nullopt;
  const auto hours = two_digits(text, 1);
  const auto minutes = two_digits(text, has_colon ? 4 : 3);
  if (!hours || !minutes) return std::nullopt;
  const std::chrono::minutes offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return text.front() == '-' ? -offset : offset;
}

}  // namespace

std::optional<TimePoint> parse_expiration(std::string_view text) {
  constexpr std::size_t kDateLength = std::string_view("2020-01-01").size();
  const auto sign = text.find_first_of("+-", kDateLength);
  if (sign == std::string_view::npos) return parse_iso_time(text);
  const auto offset = parse_offset(text.substr(sign));
  const auto there = parse_iso_time(std::string(text.substr(0, sign)) + 'Z');
  if (!offset || !there) return std::nullopt;
  return *there - *offset;
}

Result<Credentials> parse_process_document(std::string_view text) {
  constexpr ErrorCode kCode = ErrorCode::invalid_argument;
  LARDER_TRY(const json document, parse_object(text, kCode));
  const auto version = document.find("Version");
  if (version == document.end() || *version != 1) {
    return fail(kCode, "what it gives has not the Version 1");
  }
  return read_credentials(document, "SessionToken", kCode);
}

Result<Credentials> parse_endpoint_document(std::string_view text) {
  constexpr ErrorCode kCode = ErrorCode::unavailable;
  LARDER_TRY(const json document, parse_object(text, kCode));
  return read_credentials(document, "Token", kCode);
}

}  // namespace larder::s3
