#pragma once

#include "support/http_server.h"
#include "sys/http/transport.h"
#include "util/bytes.h"

#include <memory>
#include <string>
#include <string_view>

#include <chrono>

/// What the tests of the transport have in common.
namespace larder::sys::http {

/// A transport that no proxy of whoever runs the tests comes between.
inline std::unique_ptr<CountingTransport> transport_with(TransportOptions options = {}) {
  options.uses_proxies = false;
  return make_transport(options).value();
}

inline Request get_request(std::string url) { return {.method = "GET", .url = std::move(url)}; }

inline Request put_request(std::string url, util::ByteSpan bytes) {
  return {.method = "PUT", .url = std::move(url), .upload = {.bytes = bytes}};
}

inline std::string body_of(const Response& response) {
  return std::string(util::as_text(response.body));
}

/// Answers every request with "hello".
inline void say_hello(support::HttpExchange& exchange) { exchange.respond(200, "hello"); }

}  // namespace larder::sys::http
