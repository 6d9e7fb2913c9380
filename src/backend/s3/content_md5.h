#pragma once

#include <string>
#include <string_view>

namespace larder::s3 {

/// What the header `Content-MD5` says of a body: its MD5 in base64. A checksum on the way, nothing
/// that is trusted. Thread-safe.
std::string content_md5(std::string_view body);

}  // namespace larder::s3
