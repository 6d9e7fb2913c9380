#pragma once

#include "sys/http/exchange.h"
#include "sys/http/transport.h"
#include <larder/result.h>

#include <curl/curl.h>

#include <memory>

namespace larder::sys::http {

struct HeaderListDelete {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

/// Headers as libcurl takes them.
using HeaderList = std::unique_ptr<curl_slist, HeaderListDelete>;

/// The request's headers, and those that keep libcurl from adding its own.
/// Errors: invalid_argument (a name or a value that would end its line).
Result<HeaderList> make_header_list(const Request& request);

/// Makes `easy` send `request` and tell `exchange` of it. All four are to stay until it is done.
void set_options(CURL* easy, const TransportOptions& options, const Request& request,
                 const HeaderList& headers, Exchange& exchange);

}  // namespace larder::sys::http
