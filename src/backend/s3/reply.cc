#include "backend/s3/reply.h"

#include <algorithm>
#include <array>
#include <utility>

namespace larder::s3 {
namespace {

constexpr std::size_t kMaxMessageBytes = 300;

bool is_success(int status) { return status >= 200 && status < 300; }
bool is_redirect(int status) { return status >= 300 && status < 400 && status != 304; }

template <std::size_t N>
bool is_one_of(std::string_view code, const std::array<std::string_view, N>& codes) {
  return std::ranges::find(codes, code) != codes.end();
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
constexpr std::array<std::string_view, 5> kThrottled = {
    "SlowDown", "Throttling", "ThrottlingException", "TooManyRequests", "RequestLimitExceeded"};
/// Whatever their status.
constexpr std::array<std::string_view, 8> kTransient = {
    "InternalError", "ServiceUnavailable",         "RequestTimeout", "OperationAborted",
    "BadDigest",     "ConditionalRequestConflict", "IncompleteBody", "XAmzContentSHA256Mismatch"};
constexpr std::array<std::string_view, 4> kExpired = {"ExpiredToken", "ExpiredTokenException",
                                                      "TokenRefreshRequired", "InvalidToken"};
constexpr std::array<std::string_view, 4> kFull = {"QuotaExceeded", "EntityTooLarge",
                                                   "InsufficientStorage", "XMinioStorageFull"};

/// The service's text fit for a message: printable, and not without end.
std::string printable(std::string_view text) {
  std::string clean(text.substr(0, kMaxMessageBytes));
  for (char& c : clean) {
    if ((c >= 0 && c < ' ') || c == '\x7f') c = ' ';
  }
  return clean;
}

/// Where the service says that the bucket is, and which setting that is.
std::string hint_of(const Reply& reply) {
  std::string region = reply.error->region;
  if (region.empty()) region = sys::http::find_header(reply.headers, "x-amz-bucket-region");
  std::string hint;
  if (!region.empty()) hint += "; set region to \"" + printable(region) + '"';
  if (!is_redirect(reply.status)) return hint;
  std::string host = reply.error->endpoint;
  if (host.empty()) host = sys::http::find_header(reply.headers, "Location");
  if (!host.empty())
    hint += "; the service names " + printable(host) + ", set endpoint to its host";
  return hint;
}

ErrorCode error_code_of(const Reply& reply) {
  if (is_one_of(reply.error->code, kFull)) return ErrorCode::no_space;
  if (remedy_for(reply) == Remedy::renew) return ErrorCode::denied;
  if (remedy_for(reply) != Remedy::none) return ErrorCode::unavailable;
  switch (reply.status) {
    case 401:
    case 403:
    case 405:
    case 407:
      return ErrorCode::denied;
    case 301:
    case 302:
    case 308:
    case 400:
    case 501:
      return ErrorCode::invalid_argument;
    case 507:
      return ErrorCode::no_space;
    default:
      return ErrorCode::unavailable;
  }
}

}  // namespace

Reply reply_of(sys::http::Response response) {
  Reply reply;
  reply.status = response.status;
  reply.headers = std::move(response.headers);
  reply.body = std::move(response.body);
  reply.error = parse_error(reply.body);
  if (!reply.error && !is_success(reply.status)) reply.error.emplace();
  return reply;
}

Remedy remedy_for(const Reply& reply) noexcept {
  if (!reply.error) return Remedy::none;
  const std::string_view code = reply.error->code;
  if (is_one_of(code, kExpired)) return Remedy::renew;
  if (is_one_of(code, kThrottled) || reply.status == 429) return Remedy::slow_down;
  if (is_one_of(code, kTransient)) return Remedy::retry;
  switch (reply.status) {
    case 408:
    case 500:
    case 502:
    case 503:
    case 504:
      return Remedy::retry;
    default:
      return Remedy::none;
  }
}

Error error_of(const Reply& reply, std::string_view what) {
  std::string message(what);
  message += ": the service answers " + std::to_string(reply.status);
  const ServiceError& error = *reply.error;
  if (!error.code.empty()) message += ' ' + printable(error.code);
  if (!error.message.empty()) message += ", " + printable(error.message);
  message += hint_of(reply);
  return {error_code_of(reply), std::move(message)};
}

}  // namespace larder::s3
