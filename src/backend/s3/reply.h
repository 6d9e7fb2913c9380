#pragma once

#include "backend/s3/xml.h"
#include "sys/http/transport.h"
#include <larder/result.h>

#include <optional>
#include <string>
#include <string_view>

namespace larder::s3 {

/// A service's answer to a request.
struct Reply {
  int status = 0;
  sys::http::Headers headers = {};
  util::ByteBuffer body = {};
  /// Why the request was not carried out; absent if it was.
  std::optional<ServiceError> error = {};

  [[nodiscard]] bool has_failed_with(std::string_view code) const noexcept {
    return error && error->code == code;
  }
};

/// The reply that a response is: one of status 200 may hold an error all the same, which a service
/// found only after it had begun to answer.
Reply reply_of(sys::http::Response response);

/// What can be done about a reply that is an error.
enum class Remedy {
  none,       ///< Nothing here.
  retry,      ///< The same request may succeed a little later.
  slow_down,  ///< The same, but the service is asking for less.
  renew,      ///< Credentials that have not expired.
};
Remedy remedy_for(const Reply& reply) noexcept;

/// The Error for a reply that is an error. `what` was tried: "get s3://bucket/key".
Error error_of(const Reply& reply, std::string_view what);

}  // namespace larder::s3
