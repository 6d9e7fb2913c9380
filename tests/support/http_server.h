#pragma once

#include "sys/http/transport.h"
#include "util/mutex.h"
#include "util/unique_fd.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <chrono>
#include <cstddef>
#include <cstdint>

/// An HTTP server for tests that can misbehave, on 127.0.0.1 and a port of its own.
namespace larder::support {

/// A request as it came in.
struct ReceivedRequest {
  std::string method;
  std::string target;  ///< Path and query as sent.
  sys::http::Headers headers;
  std::string body;
  std::size_t connection = 0;  ///< Which of the server's, from 0 in the order of coming.

  [[nodiscard]] std::string header(std::string_view name) const {
    return std::string(sys::http::find_header(headers, name));
  }
};

class ServerSocket;

/// One request and the connection that it came by, for a handler. The handler's thread only.
class HttpExchange {
 public:
  HttpExchange(ReceivedRequest request, ServerSocket& socket)
      : request_(std::move(request)), socket_(socket) {}

  [[nodiscard]] const ReceivedRequest& request() const { return request_; }

  /// Answers: status, these headers, `Content-Length` and, unless the request is a HEAD, the body.
  void respond(int status, std::string_view body = {}, const sys::http::Headers& headers = {});
  /// Sends these bytes as they are.
  void send(std::string_view bytes);
  /// Ends the connection in good order after what was sent.
  void close();
  /// Breaks the connection: the client sees a reset.
  void reset();
  /// Does nothing until the client ends the connection, or the server is destroyed.
  void stall();
  /// Waits until the client has said nothing for so long; false if it has ended the connection.
  bool wait_for_silence(std::chrono::milliseconds duration);

 private:
  ReceivedRequest request_;
  ServerSocket& socket_;
};

/// What a server is like.
struct HttpServerOptions {
  /// PEM of a private key and its certificate, in one file: speaks TLS.
  std::optional<std::string> certificate_file = {};
  /// Calls the handler once the head of a request is there; its body is never read.
  bool answers_before_body = false;
};

/// Answers each request by a handler, which runs in the connection's thread. Ends all connections
/// when it is destroyed. Thread-safe.
class HttpServer {
 public:
  using Handler = std::function<void(HttpExchange&)>;

  explicit HttpServer(Handler handler, HttpServerOptions options = {});
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// "http[s]://127.0.0.1:PORT", and the path.
  [[nodiscard]] std::string url(std::string_view path = {}) const;

  /// The requests that came in whole, in the order of coming.
  [[nodiscard]] std::vector<ReceivedRequest> requests();
  /// How many connections were made.
  [[nodiscard]] std::size_t connections();
  /// Ends the connections there are, as a server does that was restarted. Returns once their
  /// threads have ended.
  void close_connections();

 private:
  void accept_connections();
  void serve(ServerSocket& socket, std::size_t connection);

  const Handler handler_;
  const HttpServerOptions options_;
  util::UniqueFd listener_;
  std::uint16_t port_ = 0;
  util::Mutex mutex_;
  bool is_closing_ LARDER_GUARDED_BY(mutex_) = false;
  std::size_t connections_ LARDER_GUARDED_BY(mutex_) = 0;
  std::vector<ReceivedRequest> requests_ LARDER_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<ServerSocket>> sockets_ LARDER_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_ LARDER_GUARDED_BY(mutex_);
  std::thread acceptor_;
};

/// Makes a private key and a certificate for 127.0.0.1 that only who trusts the file trusts; gives
/// the file, PEM. It serves as HttpServerOptions::certificate_file and as CA file.
std::string make_certificate(const std::string& path);

}  // namespace larder::support
