#include "sys/http/curl_options.h"

#include "util/assert.h"

#include <sys/socket.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include <chrono>
#include <cstdio>

namespace larder::sys::http {
namespace {

/// Both ways; larger than libcurl's own, so that a blob of some megabytes takes few system calls.
constexpr long kBufferBytes = 128L << 10;

/// Every option here is one that libcurl knows and takes by the right type, so what can fail is
/// memory only.
template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
  LARDER_ASSERT(curl_easy_setopt(easy, option, value) == CURLE_OK);
}

Exchange& exchange_of(void* data) { return *static_cast<Exchange*>(data); }

std::size_t give_upload(char* out, std::size_t unit, std::size_t count, void* data) {
  const auto room = std::as_writable_bytes(std::span(out, unit * count));
  return exchange_of(data).take_upload(room).value_or(CURL_READFUNC_ABORT);
}

int rewind_upload(void* data, curl_off_t offset, int origin) {
  if (origin != SEEK_SET) return CURL_SEEKFUNC_FAIL;
  exchange_of(data).rewind_upload(static_cast<std::uint64_t>(offset));
  return CURL_SEEKFUNC_OK;
}

// Taking other than all that was offered ends the transfer.
constexpr std::size_t kEnd = 0;

std::size_t take_head_line(char* bytes, std::size_t unit, std::size_t count, void* data) {
  const std::size_t size = unit * count;
  return exchange_of(data).on_head_line({bytes, size}) ? size : kEnd;
}

std::size_t take_body(char* bytes, std::size_t unit, std::size_t count, void* data) {
  const std::size_t size = unit * count;
  return exchange_of(data).on_body(std::as_bytes(std::span(bytes, size))) ? size : kEnd;
}

curl_socket_t open_socket(void* data, curlsocktype /*purpose*/, curl_sockaddr* address) {
  exchange_of(data).on_connecting();
  // libcurl's own sockets are inherited by every process that is started meanwhile.
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int note_connected(void* data, char* /*ip*/, char* /*local_ip*/, int /*port*/, int /*local_port*/) {
  exchange_of(data).on_connected(std::chrono::steady_clock::now());
  return CURL_PREREQFUNC_OK;
}

void set_callbacks(CURL* easy, Exchange& exchange) {
  set(easy, CURLOPT_READFUNCTION, give_upload);
  set(easy, CURLOPT_READDATA, &exchange);
  set(easy, CURLOPT_SEEKFUNCTION, rewind_upload);
  set(easy, CURLOPT_SEEKDATA, &exchange);
  set(easy, CURLOPT_HEADERFUNCTION, take_head_line);
  set(easy, CURLOPT_HEADERDATA, &exchange);
  set(easy, CURLOPT_WRITEFUNCTION, take_body);
  set(easy, CURLOPT_WRITEDATA, &exchange);
  set(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  set(easy, CURLOPT_OPENSOCKETDATA, &exchange);
  set(easy, CURLOPT_PREREQFUNCTION, note_connected);
  set(easy, CURLOPT_PREREQDATA, &exchange);
}

void set_method(CURL* easy, const Request& request, const Exchange& exchange) {
  const bool is_upload =
      request.method == "PUT" || request.method == "POST" || exchange.upload_size() != 0;
  if (is_upload) {
    set(easy, CURLOPT_UPLOAD, 1L);
    set(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(exchange.upload_size()));
  } else if (request.method == "HEAD") {
    set(easy, CURLOPT_NOBODY, 1L);
  }
  set(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void set_security(CURL* easy, const TransportOptions& options) {
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (options.ca_file.empty()) return;
  set(easy, CURLOPT_CAINFO, options.ca_file.c_str());
  set(easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
}

/// The other deadlines are the exchange's.
long connect_milliseconds(const Deadlines& deadlines) {
  constexpr std::chrono::milliseconds kLeast(1);  // 0 is libcurl's own default
  return std::max(deadlines.connect, kLeast).count();
}

bool ends_line(char c) { return c == '\r' || c == '\n' || c == '\0'; }

bool is_header(const Header& header) {
  return !header.name.empty() && header.name.find(':') == std::string::npos &&
         std::ranges::none_of(header.name, ends_line) &&
         std::ranges::none_of(header.value, ends_line);
}

}  // namespace

Result<HeaderList> make_header_list(const Request& request) {
  HeaderList list;
  const auto append = [&list](const std::string& line) {
    curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
    LARDER_ASSERT(longer != nullptr);
    (void)list.release();  // It is within the longer one.
    list.reset(longer);
  };
  for (const Header& header : request.headers) {
    if (!is_header(header)) {
      // Without the value, which may be secret.
      return fail(ErrorCode::invalid_argument,
                  describe(request) + ": the header " + header.name + " cannot be sent");
    }
    // libcurl's way to write a header without a value.
    append(header.value.empty() ? header.name + ';' : header.name + ": " + header.value);
  }
  // No header of libcurl's own: the first would wait a second for leave to send the body.
  for (const std::string_view name : {"Expect", "Accept"}) {
    if (find_header(request.headers, name).empty()) append(std::string(name) + ':');
  }
  return list;
}

void set_options(CURL* easy, const TransportOptions& options, const Request& request,
                 const HeaderList& headers, Exchange& exchange) {
  curl_easy_reset(easy);
  set(easy, CURLOPT_URL, request.url.c_str());
  set(easy, CURLOPT_PATH_AS_IS, 1L);
  set(easy, CURLOPT_HTTPHEADER, headers.get());
  set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(easy, CURLOPT_TCP_NODELAY, 1L);
  set(easy, CURLOPT_NOSIGNAL, 1L);
  // A name server that does not answer would hold its thread, and us, beyond the deadline.
  set(easy, CURLOPT_QUICK_EXIT, 1L);
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, connect_milliseconds(request.deadlines));
  set(easy, CURLOPT_BUFFERSIZE, kBufferBytes);
  set(easy, CURLOPT_UPLOAD_BUFFERSIZE, kBufferBytes);
  if (!options.uses_proxies || request.bypasses_proxy) set(easy, CURLOPT_PROXY, "");
  set_security(easy, options);
  set_method(easy, request, exchange);
  set_callbacks(easy, exchange);
}

}  // namespace larder::sys::http
