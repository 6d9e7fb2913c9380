#pragma once

#include "sys/http/exchange.h"
#include "sys/http/transport.h"
#include <larder/result.h>

#include <curl/curl.h>

#include <memory>

#include <cstdint>

namespace larder::sys::http {

/// A client of one server: at most one connection, kept from one request to the next. One thread
/// at a time.
class Connection {
 public:
  /// `options` must outlive it.
  static Result<std::unique_ptr<Connection>> make(const TransportOptions& options);

  /// As Transport::send().
  Result<Response> send(const Request& request);

  /// How often a connection has been opened.
  [[nodiscard]] std::uint64_t opened() const { return opened_; }

 private:
  struct EasyDelete {
    void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
  };
  // Errors of this could only be a handle that is none.
  struct MultiDelete {
    void operator()(CURLM* multi) const noexcept { (void)curl_multi_cleanup(multi); }
  };

  Connection(const TransportOptions& options, CURL* easy, CURLM* multi)
      : options_(options), multi_(multi), easy_(easy) {}

  /// Sends it once; gives how libcurl saw it end.
  Result<CURLcode> perform(Exchange& exchange, const Request& request, bool on_new_connection);
  Result<CURLcode> run(Exchange& exchange);
  [[nodiscard]] Error error_for(CURLcode outcome, const Exchange& exchange,
                                const Request& request) const;
  [[nodiscard]] bool was_kept() const;

  const TransportOptions& options_;
  std::uint64_t opened_ = 0;
  // The connection belongs to the multi handle, which is to go after the easy one. A multi handle
  // of its own, because curl_easy_perform() looks at the time once a second at best.
  std::unique_ptr<CURLM, MultiDelete> multi_;
  std::unique_ptr<CURL, EasyDelete> easy_;
  char error_text_[CURL_ERROR_SIZE] = {};
};

}  // namespace larder::sys::http
