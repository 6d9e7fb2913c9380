#pragma once

#include "backend/s3/credentials.h"
#include "backend/s3/sha256.h"  // what payload_sha256 is made with
#include "sys/http/transport.h"

#include <string_view>

#include <chrono>

namespace larder::s3 {

/// What a signature is for.
struct SigningScope {
  std::string_view region;
  std::string_view service = "s3";  ///< "sts" for that service.
  std::chrono::system_clock::time_point time;
};

/// Signs a request with AWS Signature Version 4, in its headers: adds `Host`, `x-amz-date`,
/// `x-amz-security-token` where there is a token, for S3 `x-amz-content-sha256`, and
/// `Authorization`, in place of those of an earlier signature. All headers are signed.
/// `payload_sha256` is the body's, in hex, or "UNSIGNED-PAYLOAD". Path and query of the URL are
/// taken as they stand: encoded once, which is S3's rule. Thread-safe.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
void sign(sys::http::Request& request, std::string_view payload_sha256,
          const Credentials& credentials, const SigningScope& scope);

}  // namespace larder::s3
