#include "support/fault_proxy.h"

#include "util/bytes.h"

#include <array>
#include <sstream>
#include <utility>

#include <charconv>

namespace larder::support {
namespace {

namespace http = sys::http;

/// Longer than any test runs.
constexpr std::chrono::milliseconds kLong = std::chrono::minutes(10);

bool is_of_the_connection(const http::Header& header) {
  return http::is_named(header, "Connection") || http::is_named(header, "Transfer-Encoding") ||
         http::is_named(header, "Content-Length") || http::is_named(header, "Keep-Alive");
}

/// The head of an answer with `headers` in place of its own of those names.
std::string print_head(const http::Response& response, const http::Headers& headers,
                       std::string_view content_length) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " Status\r\n";
  const auto print = [&head](const http::Header& header) {
    head += header.name + ": " + header.value + "\r\n";
  };
  for (const http::Header& header : response.headers) {
    if (!is_of_the_connection(header) && http::find_header(headers, header.name).empty()) {
      print(header);
    }
  }
  for (const http::Header& header : headers) print(header);
  if (!content_length.empty()) print({"Content-Length", std::string(content_length)});
  return head + "\r\n";
}

struct KindName {
  std::string_view name;
  Fault::Kind kind;
};
constexpr std::array kKinds = {KindName{"black-hole", Fault::Kind::black_hole},
                               KindName{"reset-after-upload", Fault::Kind::reset_after_upload},
                               KindName{"truncate", Fault::Kind::truncate},
                               KindName{"stall", Fault::Kind::stall},
                               KindName{"corrupt", Fault::Kind::corrupt},
                               KindName{"status", Fault::Kind::answer}};

template <typename Number>
bool parse_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

/// Takes in one word; whether it is one.
bool apply_word(Fault& fault, std::string_view name, std::string_view value) {
  for (const KindName& kind : kKinds) {
    if (kind.name != name) continue;
    fault.kind = kind.kind;
    if (kind.kind == Fault::Kind::answer) return parse_number(value, fault.status);
    return value.empty() || parse_number(value, fault.at);
  }
  if (name == "method") {
    fault.method = value;
  } else if (name == "target") {
    fault.target = value;
  } else if (name == "times") {
    return parse_number(value, fault.times.emplace());
  } else if (std::int64_t milliseconds = 0; name == "delay" && parse_number(value, milliseconds)) {
    fault.delay = std::chrono::milliseconds(milliseconds);
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::optional<Fault> parse_fault(std::string_view words) {
  Fault fault;
  std::istringstream stream{std::string(words)};
  for (std::string word; stream >> word;) {
    const auto equals = word.find('=');
    const std::string_view text = word;
    const std::string_view value =
        equals == std::string::npos ? std::string_view() : text.substr(equals + 1);
    if (!apply_word(fault, text.substr(0, equals), value)) return std::nullopt;
  }
  return fault;
}

FaultProxy::FaultProxy(std::string server)
    : server_(std::move(server)),
      transport_(http::make_transport({.uses_proxies = false}).value()),
      proxy_([this](HttpExchange& exchange) { handle(exchange); }) {}

void FaultProxy::set(const Fault& fault) {
  const util::MutexLock lock(mutex_);
  fault_ = fault;
}

Fault FaultProxy::fault_for(const ReceivedRequest& request) {
  const util::MutexLock lock(mutex_);
  const bool is_meant = (fault_.method.empty() || fault_.method == request.method) &&
                        request.target.find(fault_.target) != std::string::npos;
  if (!is_meant || fault_.times == 0U) return {};
  if (fault_.times) --*fault_.times;
  return fault_;
}

void FaultProxy::handle(HttpExchange& exchange) {
  const Fault fault = fault_for(exchange.request());
  if (fault.kind == Fault::Kind::black_hole) return exchange.stall();
  if (fault.kind != Fault::Kind::answer) return pass_on(exchange, fault);
  if (fault.delay.count() != 0 && !exchange.wait_for_silence(fault.delay)) return;
  exchange.respond(fault.status, fault.body, fault.headers);
}

void FaultProxy::pass_on(HttpExchange& exchange, const Fault& fault) {
  const ReceivedRequest& received = exchange.request();
  http::Request request{.method = received.method, .url = server_ + received.target};
  for (const http::Header& header : received.headers) {
    if (!is_of_the_connection(header)) request.headers.push_back(header);
  }
  request.upload.bytes = util::as_bytes(received.body);
  request.deadlines = {
      .connect = kLong, .first_byte = kLong, .idle = kLong, .answer = kLong, .total = kLong};
  request.max_body_bytes = UINT64_MAX;
  auto response = transport_->send(request);
  if (!response) return exchange.respond(502, response.error().message());
  if (fault.kind == Fault::Kind::reset_after_upload) return exchange.reset();
  if (fault.delay.count() != 0 && !exchange.wait_for_silence(fault.delay)) return;

  std::string body(util::as_text(response->body));
  // That of an answer to HEAD is not its body's.
  std::string length(http::find_header(response->headers, "Content-Length"));
  if (received.method != "HEAD" && response->status != 204) length = std::to_string(body.size());
  if (fault.kind == Fault::Kind::corrupt && fault.at < body.size()) body[fault.at] ^= 1;
  const bool is_cut_off = body.size() > fault.at &&
                          (fault.kind == Fault::Kind::truncate || fault.kind == Fault::Kind::stall);
  if (is_cut_off) body.resize(fault.at);
  exchange.send(print_head(*response, fault.headers, length) + body);
  if (is_cut_off && fault.kind == Fault::Kind::truncate) exchange.close();
  if (is_cut_off && fault.kind == Fault::Kind::stall) exchange.stall();
}

}  // namespace larder::support
