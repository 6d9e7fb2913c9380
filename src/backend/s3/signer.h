#pragma once

#include "backend/s3/credentials.h"
#include "sys/http/transport.h"

#include <string>
#include <string_view>

#include <chrono>

namespace larder::s3 {

/// What a signature is for.
struct SigningScope {
  std::string_view region;
  std::string_view service = "s3";  ///< "sts" for that service.
  std::chrono::system_clock::time_point time;
};

/// SHA-256 in lower-case hex, as `x-amz-content-sha256` has it.
std::string sha256_hex(util::ByteSpan bytes);

/// Signs a request with AWS Signature Version 4, in its headers: adds `x-amz-date`,
/// `x-amz-content-sha256`, `x-amz-security-token` where there is a token, and `Authorization`.
/// `payload_sha256` is the body's, in hex, or "UNSIGNED-PAYLOAD". Path and query of the URL are
/// taken as they stand: encoded once, which is S3's rule.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
void sign(sys::http::Request& request, std::string_view payload_sha256,
          const Credentials& credentials, const SigningScope& scope);

}  // namespace larder::s3
