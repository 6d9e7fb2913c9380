#include "backend/s3/signer.h"

#include "backend/s3/canonical_request.h"
#include "backend/s3/sha256.h"
#include "util/assert.h"
#include "util/hex.h"

#include <array>
#include <string>
#include <utility>

#include <cstddef>
#include <ctime>

namespace larder::s3 {
namespace {

using sys::http::Headers;

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

/// "20150830T123600Z", of which the first eight characters are the day.
std::string timestamp(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts = {};
  LARDER_ASSERT(::gmtime_r(&seconds, &parts) != nullptr);
  std::array<char, 32> text = {};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts)};
}

void set_header(Headers& headers, std::string_view name, std::string value) {
  std::erase_if(headers, [name](const auto& header) { return is_named(header, name); });
  headers.push_back({.name = std::string(name), .value = std::move(value)});
}

/// The key of one day, region and service.
Sha256Digest signing_key(const Credentials& credentials, std::string_view day,
                         const SigningScope& scope) {
  const std::string secret = "AWS4" + credentials.secret_key;
  Sha256Digest key = hmac_sha256(util::as_bytes(secret), day);
  for (const std::string_view part :
       {scope.region, scope.service, std::string_view("aws4_request")})
    key = hmac_sha256(key, part);
  return key;
}

}  // namespace

void sign(sys::http::Request& request, std::string_view payload_sha256,
          const Credentials& credentials, const SigningScope& scope) {
  Headers& headers = request.headers;
  const std::string time = timestamp(scope.time);
  const std::string day = time.substr(0, time.find('T'));
  std::erase_if(headers, [](const auto& header) { return is_named(header, "Authorization"); });
  set_header(headers, "Host", host_of(request.url));
  set_header(headers, "x-amz-date", time);
  if (scope.service == "s3") {
    set_header(headers, "x-amz-content-sha256", std::string(payload_sha256));
  }
  if (!credentials.session_token.empty()) {
    set_header(headers, "x-amz-security-token", credentials.session_token);
  }

  const CanonicalRequest canonical = canonicalise(request, payload_sha256);
  std::string credential_scope = day;
  credential_scope.append("/").append(scope.region).append("/").append(scope.service);
  credential_scope += "/aws4_request";
  std::string to_sign(kAlgorithm);
  to_sign.append("\n").append(time).append("\n").append(credential_scope).append("\n");
  to_sign += sha256_hex(util::as_bytes(canonical.text));
  const Sha256Digest signature = hmac_sha256(signing_key(credentials, day, scope), to_sign);

  std::string authorization(kAlgorithm);
  authorization.append(" Credential=").append(credentials.access_key).append("/");
  authorization.append(credential_scope).append(", SignedHeaders=");
  authorization.append(canonical.signed_headers).append(", Signature=");
  authorization += util::to_hex(signature);
  set_header(headers, "Authorization", std::move(authorization));
}

}  // namespace larder::s3
