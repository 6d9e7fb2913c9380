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

/// The value of the first header of that name in any case, or an empty text.
std::string_view find_header(const Headers& headers, std::string_view name);

/// What a request sends. Refers to the caller's bytes or descriptor.
struct Upload {
  util::ByteSpan bytes = {};
  int fd = -1;  ///< If set, `file_bytes` of this file from offset 0, by pread.
  std::uint64_t file_bytes = 0;
};

/// How long a request may take. Each part starts when the one before has ended.
struct Deadlines {
  std::chrono::milliseconds connect = std::chrono::seconds(2);
  std::chrono::milliseconds first_byte = std::chrono::seconds(2);  ///< Of the response, once sent.
  std::chrono::milliseconds idle = std::chrono::seconds(2);        ///< Without any byte in or out.
  std::chrono::milliseconds total = std::chrono::seconds(30);
};

struct ResponseHead {
  int status = 0;
  Headers headers = {};
};

/// Takes the next piece of a response's body; an Error ends the request with it.
using BodySink = std::function<Result<void>(const ResponseHead& head, util::ByteSpan piece)>;

struct Request {
  std::string method;    ///< "GET", …
  std::string url;       ///< "http[s]://host[:port]/path?query", encoded; sent as it stands.
  Headers headers = {};  ///< `Host` and `Content-Length` are added.
  Upload upload = {};
  Deadlines deadlines = {};
  /// A response that declares or has more is refused (no_space) before anything is allocated for
  /// it.
  std::uint64_t max_body_bytes = std::uint64_t{16} << 20;
  /// Where the body goes, if set; else into Response::body.
  BodySink sink = {};
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

  /// The server's answer, whatever its status. One request on the wire, never a retry; redirects
  /// are not followed. Errors: unavailable (cannot connect, deadline passed, connection broken:
  /// `os_error()` is ETIMEDOUT for a deadline), corrupt (the body ended before its declared
  /// length), no_space (`max_body_bytes`), denied (TLS: the certificate is not trusted),
  /// invalid_argument (the URL); the sink's.
  virtual Result<Response> send(const Request& request) = 0;
};

struct TransportOptions {
  std::string ca_file =
      {};  ///< PEM certificates to trust instead of the system's; empty for those.
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

/// The real transport. Connections are kept and reused among threads; TLS is verified.
Result<std::unique_ptr<CountingTransport>> make_transport(const TransportOptions& options = {});

}  // namespace larder::sys::http
