#pragma once

#include "util/unique_fd.h"

#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <chrono>

namespace larder::support {

/// One connection of a server, with or without TLS. One thread, but for end().
class ServerSocket {
 public:
  explicit ServerSocket(util::UniqueFd fd) : fd_(std::move(fd)) {}

  /// Shakes hands with the key and certificate of a PEM file; whether that succeeded.
  bool start_tls(const std::string& certificate_file);

  /// What comes next, nullopt at the end.
  std::optional<std::string> receive();
  /// Sends all, or as much as the client takes.
  void send(std::string_view bytes);
  /// Waits until nothing has come for so long; false if the client has ended the connection.
  bool wait_for_silence(std::chrono::milliseconds duration);
  /// Waits until the client has ended the connection, reading nothing.
  void wait_for_end();
  /// Ends what is sent, and waits for the client's end.
  void close();
  /// Breaks the connection.
  void reset();
  /// Wakes whoever waits in receive() or send(). Thread-safe.
  void end();

 private:
  struct Free {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
    void operator()(SSL* session) const noexcept { SSL_free(session); }
  };

  util::UniqueFd fd_;
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> session_;
};

}  // namespace larder::support
