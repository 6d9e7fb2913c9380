#pragma once

#include "sys/http/transport.h"

#include <string>
#include <string_view>

namespace larder::s3 {

/// What a signature is made of: the text that client and service both write of one request.
struct CanonicalRequest {
  std::string text;
  std::string signed_headers;  ///< "host;x-amz-date"
};

/// The canonical form of a request with all of its headers, which have `Host` among them.
/// Path and query are taken as encoded: nothing is decoded, encoded again or shortened.
CanonicalRequest canonicalise(const sys::http::Request& request, std::string_view payload_sha256);

/// What `Host` says for a URL: its host, and its port if that is not the scheme's own.
std::string host_of(std::string_view url);

}  // namespace larder::s3
