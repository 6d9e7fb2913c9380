#include "sys/http/exchange.h"

#include "sys/file.h"

#include <algorithm>
#include <string>
#include <utility>

#include <cerrno>
#include <charconv>
#include <cstring>

namespace larder::sys::http {
namespace {

/// Servers send some hundred bytes; more than this is no head.
constexpr std::uint64_t kMaxHeadBytes = std::uint64_t{256} << 10;

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

/// The status in "HTTP/1.1 200 OK", 0 if there is none.
int parse_status(std::string_view line) {
  const auto space = line.find(' ');
  if (space == std::string_view::npos) return 0;
  const std::string_view digits = trim(line.substr(space));
  int status = 0;
  (void)std::from_chars(digits.data(), digits.data() + digits.size(), status);  // 0 if it fails
  return status;
}

/// The greatest length that a head declares, 0 for none.
std::uint64_t declared_length(const Headers& headers) {
  std::uint64_t greatest = 0;
  for (const Header& header : headers) {
    if (!is_named(header, "Content-Length")) continue;
    std::uint64_t length = 0;
    const std::string& value = header.value;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
    if (error == std::errc::result_out_of_range) length = UINT64_MAX;
    greatest = std::max(greatest, length);
  }
  return greatest;
}

}  // namespace

std::string describe(const Request& request) {
  std::string shown = request.url.substr(0, request.url.find('?'));
  // A URL with a name and password in it is refused, and not to be told.
  const auto host = shown.find("://") + 3;
  const auto name_end = shown.substr(0, shown.find('/', host)).rfind('@');
  if (name_end != std::string::npos && name_end >= host) shown.erase(host, name_end + 1 - host);
  return request.method + ' ' + shown;
}

void Exchange::on_connected(Time now) {
  is_connecting_ = false;
  active_ = now;
}

std::uint64_t Exchange::upload_size() const {
  const Upload& upload = request_.upload;
  return upload.fd >= 0 ? upload.file_bytes : upload.bytes.size();
}

std::optional<std::size_t> Exchange::take_upload(std::span<std::byte> out) {
  const std::uint64_t left = upload_size() - upload_taken_;
  const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, out.size()));
  if (wanted == 0) return 0;
  if (request_.upload.fd < 0) {
    std::memcpy(out.data(), request_.upload.bytes.data() + upload_taken_, wanted);
  } else if (auto read = read_exactly_at(request_.upload.fd, out.first(wanted), upload_taken_);
             !read) {
    failure_ = std::move(read).error().context(describe(request_));
    return std::nullopt;
  }
  upload_taken_ += wanted;
  return wanted;
}

bool Exchange::refuse(ErrorCode code, std::string_view why) {
  failure_ = Error(code, describe(request_).append(": ").append(why));
  return false;
}

bool Exchange::on_head_line(std::string_view line) {
  received_ += line.size();
  // What follows a body in chunks is a trailer, of which nothing here makes use.
  if (is_head_complete_ && !line.starts_with("HTTP/")) return true;
  head_bytes_ += line.size();
  if (head_bytes_ > kMaxHeadBytes) {
    return refuse(ErrorCode::unavailable, "the head of the answer does not end");
  }
  if (line.starts_with("HTTP/")) {
    head_ = {.status = parse_status(line), .headers = {}};
    is_head_complete_ = false;
    return true;
  }
  const std::string_view text = trim(line);
  if (text.empty()) return on_head_end();
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return true;
  head_.headers.push_back({.name = std::string(trim(text.substr(0, colon))),
                           .value = std::string(trim(text.substr(colon + 1)))});
  return true;
}

bool Exchange::has_body() const {
  return request_.method != "HEAD" && head_.status != 204 && head_.status != 304;
}

bool Exchange::on_head_end() {
  is_head_complete_ = true;
  if (head_.status < 200 || !has_body()) return true;
  const std::uint64_t length = declared_length(head_.headers);
  if (length > request_.max_body_bytes) {
    return refuse(ErrorCode::no_space, "the answer declares " + std::to_string(length) +
                                           " bytes, more than the " +
                                           std::to_string(request_.max_body_bytes) + " allowed");
  }
  if (!request_.sink) body_.reserve(static_cast<std::size_t>(length));
  return true;
}

bool Exchange::on_body(util::ByteSpan piece) {
  received_ += piece.size();
  body_bytes_ += piece.size();
  if (body_bytes_ > request_.max_body_bytes) {
    return refuse(ErrorCode::no_space, "the answer has more than the " +
                                           std::to_string(request_.max_body_bytes) +
                                           " bytes allowed");
  }
  if (!request_.sink) {
    util::append(body_, piece);
    return true;
  }
  auto taken = request_.sink(head_, piece);
  if (taken) return true;
  failure_ = std::move(taken).error();
  return false;
}

void Exchange::on_progress(std::uint64_t uploaded, Time now) {
  if (uploaded == uploaded_ && received_ == last_received_) return;
  uploaded_ = uploaded;
  last_received_ = received_;
  active_ = now;
}

Exchange::Phase Exchange::phase() const {
  if (is_connecting_) return Phase::connecting;
  if (received_ != 0) return Phase::receiving;
  return uploaded_ < upload_size() ? Phase::sending : Phase::waiting;
}

std::chrono::milliseconds Exchange::phase_limit() const {
  return phase() == Phase::waiting ? request_.deadlines.first_byte : request_.deadlines.idle;
}

Exchange::Time Exchange::end() const {
  const auto& limits = request_.deadlines;
  return started_ + (received_ != 0 ? limits.total : std::min(limits.answer, limits.total));
}

Exchange::Time Exchange::deadline() const {
  const Time end = this->end();
  return is_connecting_ ? end : std::min(end, active_ + phase_limit());
}

Error Exchange::deadline_error() const {
  const auto& limits = request_.deadlines;
  const auto within = [](std::string_view what, std::chrono::milliseconds limit) {
    return std::string(what) + " within " + std::to_string(limit.count()) + " ms";
  };
  std::string why;
  if (!is_connecting_ && deadline() != end()) {
    const bool is_waiting = phase() == Phase::waiting;
    why = within(is_waiting ? "no answer" : "no byte moved", phase_limit());
  } else if (end() != started_ + limits.total) {
    why = within("no answer", limits.answer);
  } else {
    why = within("not done", limits.total);
  }
  return {ErrorCode::unavailable, describe(request_) + ": " + why, ETIMEDOUT};
}

Response Exchange::take_response() {
  return {.status = head_.status, .headers = std::move(head_.headers), .body = std::move(body_)};
}

}  // namespace larder::sys::http
