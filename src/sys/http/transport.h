#pragma once

#include "util/bytes.h"
#include <larder/result.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <chrono>
#include <cstdint>

/// HTTP requests as a seam: the real one speaks HTTP/1.1 by libcurl, a test's counts, injects
/// faults or moves the server's clock.
namespace larder::sys::http {

struct Header {
  std::string name;
  std::string value;
};

using Headers = std::vector<Header>;

/// Whether the header has that name, in any case.
bool is_named(const Header& header, std::string_view name);

/// The value of the first header of that name in any case, or an empty text.
std::string_view find_header(const Headers& headers, std::string_view name);

/// What a request sends. Refers to the caller's bytes or descriptor.
struct Upload {
  util::ByteSpan bytes = {};
  int fd = -1;  ///< If set, `file_bytes` of this file from offset 0, by pread.
  std::uint64_t file_bytes = 0;
};

/// How long a request may take, at least a millisecond each. The first three are parts, each of
/// which starts when the one before has ended; the others count from the start.
struct Deadlines {
  std::chrono::milliseconds connect = std::chrono::seconds(2);     ///< With name and TLS.
  std::chrono::milliseconds first_byte = std::chrono::seconds(2);  ///< Of the response, once sent.
  /// While sending or receiving, without a byte of a body or a line of a head.
  std::chrono::milliseconds idle = std::chrono::seconds(2);
  std::chrono::milliseconds answer =
      std::chrono::seconds(30);  ///< Until the response's first byte.
  std::chrono::milliseconds total = std::chrono::seconds(30);
};

struct ResponseHead {
  int status = 0;
  Headers headers = {};
};

/// Takes the next piece of a response's body; an Error ends the request with it. Must not throw.
using BodySink = std::function<Result<void>(const ResponseHead& head, util::ByteSpan piece)>;

struct Request {
  std::string method;    ///< "GET", …
  std::string url;       ///< "http[s]://host[:port]/path?query", encoded; sent as it stands.
  Headers headers = {};  ///< `Host` and `Content-Length` are added, and nothing else.
  Upload upload = {};
  Deadlines deadlines = {};
  /// A response that declares or has more is refused (no_space) before anything is allocated for
  /// it.
  std::uint64_t max_body_bytes = std::uint64_t{16} << 20;
  /// Where the body goes, if set; else into Response::body. Not called for an empty one.
  BodySink sink = {};
  bool bypasses_proxy = false;  ///< For servers of this machine or its link.
};

struct Response {
  int status = 0;
  Headers headers = {};
  util::ByteBuffer body = {};
};

/// Sends requests. Thread-safe.
class Transport {
 public:
  virtual ~Transport() = default;

  /// The server's answer, whatever its status, without the 1xx before it. One request on the wire,
  /// never a retry, except that one which a kept connection turns out to have been closed under,
  /// with nothing answered, goes out on another. Redirects are not followed. Errors: unavailable
  /// (cannot connect, deadline passed, connection broken: `os_error()` is ETIMEDOUT for a
  /// deadline), corrupt (the body ended before its declared length), no_space (`max_body_bytes`),
  /// denied (TLS: the certificate is not trusted), invalid_argument (the URL, a header, the CA
  /// file); the sink's; that of reading the upload, corrupt if its file is too short. Messages
  /// show the URL without its query, and no header.
  virtual Result<Response> send(const Request& request) = 0;
};

struct TransportOptions {
  std::string ca_file = {};  ///< PEM certificates to trust instead of the system's, if not empty.
  std::size_t max_idle_connections = 16;  ///< Kept for the next request.
  /// Whether HTTP proxies of the environment (`https_proxy`, `no_proxy`, …) are used.
  bool uses_proxies = true;
};

/// What a transport has done since it was made.
struct TransportCounts {
  std::uint64_t requests = 0;
  std::uint64_t connections = 0;  ///< Opened anew; the other requests reused one.
};

/// A transport that can tell what it has done.
class CountingTransport : public Transport {
 public:
  [[nodiscard]] virtual TransportCounts counts() const = 0;
};

/// The real transport. Connections are kept and reused among threads; TLS is verified. The
/// environment's proxies are looked up at every request: not safe beside setenv.
/// Errors: invalid_argument, denied (the CA file cannot be read).
Result<std::unique_ptr<CountingTransport>> make_transport(const TransportOptions& options = {});

}  // namespace larder::sys::http
