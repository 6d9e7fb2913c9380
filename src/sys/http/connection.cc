#include "sys/http/connection.h"

#include "sys/http/curl_options.h"
#include "util/assert.h"
#include "util/try.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <cerrno>
#include <chrono>
#include <climits>

namespace larder::sys::http {
namespace {

using Clock = std::chrono::steady_clock;

/// Longer than libcurl ever needs to be left alone.
constexpr std::chrono::milliseconds kMaxWait(60'000);

int wait_milliseconds(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  return static_cast<int>(std::clamp(left, std::chrono::milliseconds(0), kMaxWait).count());
}

std::uint64_t uploaded_by(CURL* easy) {
  curl_off_t uploaded = 0;
  (void)curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &uploaded);  // 0 if it fails
  return static_cast<std::uint64_t>(uploaded);
}

long number_of(CURL* easy, CURLINFO info) {
  long number = 0;
  (void)curl_easy_getinfo(easy, info, &number);  // 0 if it fails
  return number;
}

ErrorCode code_of(CURLcode outcome, bool is_connecting) {
  switch (outcome) {
    case CURLE_PARTIAL_FILE:
      return ErrorCode::corrupt;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return ErrorCode::denied;
    case CURLE_UNSUPPORTED_PROTOCOL:
      // Of the URL; or of the answer, which is none of HTTP/1.
      return is_connecting ? ErrorCode::invalid_argument : ErrorCode::unavailable;
    case CURLE_URL_MALFORMAT:
    case CURLE_LOGIN_DENIED:
    case CURLE_SSL_CACERT_BADFILE:
      return ErrorCode::invalid_argument;
    default:
      return ErrorCode::unavailable;
  }
}

/// A kept connection may be closed by the server just as it is taken for the next request. libcurl
/// itself sends that on another where reading fails, but not where sending the body does.
bool is_broken(CURLcode outcome) {
  return outcome == CURLE_SEND_ERROR || outcome == CURLE_RECV_ERROR || outcome == CURLE_GOT_NOTHING;
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::make(const TransportOptions& options) {
  CURL* const easy = curl_easy_init();
  CURLM* const multi = curl_multi_init();
  std::unique_ptr<Connection> connection(new Connection(options, easy, multi));
  if (easy == nullptr || multi == nullptr) {
    return fail(ErrorCode::unavailable, "prepare a request: libcurl cannot start");
  }
  (void)curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 1L);  // Else it keeps four.
  return connection;
}

Result<Response> Connection::send(const Request& request) {
  const auto started = Clock::now();
  std::optional<Exchange> exchange(std::in_place, request, started);
  LARDER_TRY(CURLcode outcome, perform(*exchange, request, false));
  if (is_broken(outcome) && was_kept() && !exchange->is_answered() && !exchange->failure()) {
    exchange.emplace(request, started);
    LARDER_TRY(outcome, perform(*exchange, request, true));
  }
  if (exchange->failure()) return fail(*std::move(exchange->failure()));
  if (outcome == CURLE_OK) return exchange->take_response();

  return fail(error_for(outcome, *exchange, request));
}

Error Connection::error_for(CURLcode outcome, const Exchange& exchange,
                            const Request& request) const {
  std::string what = describe(request) + ": ";
  if (outcome == CURLE_OPERATION_TIMEDOUT) {  // The one deadline that libcurl sees to.
    const auto limit = std::to_string(request.deadlines.connect.count());
    return {ErrorCode::unavailable, what + "no connection within " + limit + " ms", ETIMEDOUT};
  }
  what += error_text_[0] != '\0' ? error_text_ : curl_easy_strerror(outcome);
  return {code_of(outcome, exchange.is_connecting()), std::move(what),
          static_cast<int>(number_of(easy_.get(), CURLINFO_OS_ERRNO))};
}

bool Connection::was_kept() const { return number_of(easy_.get(), CURLINFO_NUM_CONNECTS) == 0; }

Result<CURLcode> Connection::perform(Exchange& exchange, const Request& request,
                                     bool on_new_connection) {
  LARDER_TRY(const HeaderList headers, make_header_list(request));
  set_options(easy_.get(), options_, request, headers, exchange);
  error_text_[0] = '\0';
  (void)curl_easy_setopt(easy_.get(), CURLOPT_ERRORBUFFER, error_text_);  // Fails for no handle.
  (void)curl_easy_setopt(easy_.get(), CURLOPT_FRESH_CONNECT, on_new_connection ? 1L : 0L);
  LARDER_ASSERT(curl_multi_add_handle(multi_.get(), easy_.get()) == CURLM_OK);
  auto outcome = run(exchange);
  opened_ += static_cast<std::uint64_t>(number_of(easy_.get(), CURLINFO_NUM_CONNECTS));
  LARDER_ASSERT(curl_multi_remove_handle(multi_.get(), easy_.get()) == CURLM_OK);
  return outcome;
}

Result<CURLcode> Connection::run(Exchange& exchange) {
  while (true) {
    int running = 0;
    LARDER_ASSERT(curl_multi_perform(multi_.get(), &running) == CURLM_OK);
    exchange.on_progress(uploaded_by(easy_.get()), Clock::now());
    if (running == 0) break;
    if (Clock::now() >= exchange.deadline()) return fail(exchange.deadline_error());
    (void)curl_multi_poll(multi_.get(), nullptr, 0, wait_milliseconds(exchange.deadline()),
                          nullptr);  // If it fails, perform() tells why.
  }
  int left = 0;
  const CURLMsg* const message = curl_multi_info_read(multi_.get(), &left);
  LARDER_ASSERT(message != nullptr && message->msg == CURLMSG_DONE);
  return message->data.result;
}

}  // namespace larder::sys::http
