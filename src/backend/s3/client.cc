#include "backend/s3/client.h"

#include "backend/s3/dates.h"
#include "backend/s3/signer.h"
#include "backend/s3/uri.h"
#include "sys/file.h"
#include "util/hex.h"
#include "util/try.h"

#include <algorithm>
#include <thread>
#include <utility>

#include <cerrno>
#include <charconv>

namespace larder::s3 {
namespace {

namespace http = sys::http;

constexpr std::size_t kPieceBytes = std::size_t{128} << 10;
constexpr std::size_t kMaxErrorBytes = std::size_t{64} << 10;
/// Services refuse what was signed with a clock that is a quarter of an hour off.
constexpr std::chrono::minutes kTolerableSkew(5);

bool is_success(int status) { return status >= 200 && status < 300; }

std::uint64_t bytes_of(const http::Upload& upload) {
  return upload.fd >= 0 ? upload.file_bytes : upload.bytes.size();
}

Result<std::string> sha256_of(const http::Upload& upload) {
  if (upload.fd < 0) return sha256_hex(upload.bytes);
  Sha256 hash;
  util::ByteBuffer piece(std::min<std::uint64_t>(upload.file_bytes, kPieceBytes));
  for (std::uint64_t done = 0; done < upload.file_bytes; done += piece.size()) {
    piece.resize(std::min<std::uint64_t>(upload.file_bytes - done, kPieceBytes));
    LARDER_CHECK(sys::read_exactly_at(upload.fd, piece, done));
    hash.update(piece);
  }
  return util::to_hex(hash.finish());
}

/// What the signature says of the body. With TLS the body is not hashed for it: TLS already guards
/// every byte, and a second pass takes 0.8 ms a MiB.
Result<std::string> payload_of(const http::Upload& upload, bool is_https) {
  if (is_https && bytes_of(upload) != 0) return std::string("UNSIGNED-PAYLOAD");
  return sha256_of(upload);
}

Trouble trouble_of(const Result<Reply>& sent) {
  if (!sent) return sent.error().os_error() == ETIMEDOUT ? Trouble::timeout : Trouble::transient;
  return remedy_for(*sent) == Remedy::slow_down ? Trouble::throttled : Trouble::transient;
}

bool is_worth_retrying(const Result<Reply>& sent) {
  if (sent) {
    const Remedy remedy = remedy_for(*sent);
    return remedy == Remedy::retry || remedy == Remedy::slow_down;
  }
  // A body that ended too early is a broken connection: it says nothing about the object.
  const ErrorCode code = sent.error().code();
  return code == ErrorCode::unavailable || code == ErrorCode::corrupt;
}

std::optional<std::chrono::seconds> retry_after(const Result<Reply>& sent) {
  if (!sent) return std::nullopt;
  const std::string_view text = http::find_header(sent->headers, "Retry-After");
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::chrono::seconds(seconds);
}

http::Request request_for(const Operation& operation, const Site& site) {
  http::Request request;
  request.method = operation.method;
  request.url = site.url + encode_path(operation.key);
  if (!operation.query.empty()) request.url.append("?").append(operation.query);
  request.headers = operation.headers;
  request.upload = operation.upload;
  return request;
}

/// A body that ended too early is no news of the object.
Result<Reply> settle(Result<Reply> sent) {
  if (sent || sent.error().code() != ErrorCode::corrupt) return sent;
  return fail(ErrorCode::unavailable, sent.error().message(), sent.error().os_error());
}

}  // namespace

/// What a request is signed with.
struct Client::Signing {
  std::shared_ptr<const Credentials> credentials;  // null: not at all
  std::string payload;
  std::chrono::system_clock::time_point time = {};  // of the last attempt
};

Result<Site> Client::site() {
  {
    const util::MutexLock lock(mutex_);
    if (site_) return *site_;
  }
  // Twice where two threads come here at once, which does no harm.
  std::optional<std::string> region = location_.region();
  if (!region) region = service_.credentials->profile_region();
  LARDER_TRY(Site site, location_.in_region(region.value_or("us-east-1")));
  const util::MutexLock lock(mutex_);
  site_ = site;
  return site;
}

Result<Reply> Client::send(const Operation& operation) {
  LARDER_TRY(const Site site, this->site());
  Signing signing;
  LARDER_TRY(signing.credentials, service_.credentials->get());
  LARDER_TRY(signing.payload, payload_of(operation.upload, site.is_https));
  const Deadline deadline(operation.kind, bytes_of(operation.upload));
  Retries retries(quota_);
  bool is_skew_corrected = false;
  bool is_renewed = false;
  while (true) {
    signing.time = service_time();
    Result<Reply> sent = send_once(operation, site, signing, deadline);
    if (sent && !sent->error) {
      retries.on_success();
      return sent;
    }
    if (deadline.left().count() == 0) return settle(std::move(sent));
    if (sent && !is_skew_corrected && correct_skew(*sent, signing)) {
      is_skew_corrected = true;
      continue;
    }
    if (sent && !is_renewed) {
      LARDER_TRY(is_renewed, renew(operation, *sent, signing));
      if (is_renewed) continue;
    }
    if (!is_worth_retrying(sent)) return sent;
    const auto delay = retries.next_delay(trouble_of(sent), deadline.left(), retry_after(sent));
    if (!delay) return settle(std::move(sent));
    std::this_thread::sleep_for(*delay);
  }
}

Result<Reply> Client::send_once(const Operation& operation, const Site& site,
                                const Signing& signing, const Deadline& deadline) {
  http::Request request = request_for(operation, site);
  Download* const download = operation.download;
  util::ByteBuffer error_document;
  if (download != nullptr) {
    download->restart();
    request.max_body_bytes = download->max_bytes();
    request.sink = [&](const http::ResponseHead& head, util::ByteSpan piece) -> Result<void> {
      if (is_success(head.status)) return download->take(head, piece);
      const std::size_t room = kMaxErrorBytes - error_document.size();
      util::append(error_document, piece.first(std::min(room, piece.size())));
      return {};
    };
  }
  request.deadlines = deadline.for_attempt(request.max_body_bytes);
  if (signing.credentials != nullptr) {
    sign(request, signing.payload, *signing.credentials,
         {.region = site.region, .time = signing.time});
  }
  LARDER_TRY(http::Response response, service_.transport->send(request));
  if (download == nullptr) return reply_of(std::move(response));
  if (is_success(response.status)) {
    const util::ByteSpan bytes = download->in_memory();
    if (parse_error(bytes)) error_document.assign(bytes.begin(), bytes.end());
  }
  response.body = std::move(error_document);
  return reply_of(std::move(response));
}

/// Whether the refusal comes of a clock that is wrong; it is then set right.
bool Client::correct_skew(const Reply& reply, const Signing& signing) {
  if (reply.status != 403 || signing.credentials == nullptr) return false;
  const auto date = parse_http_date(http::find_header(reply.headers, "Date"));
  if (!date) return false;
  const auto off = *date - signing.time;
  if (std::chrono::abs(off) < kTolerableSkew) return false;
  skew_seconds_ = std::chrono::duration_cast<std::chrono::seconds>(*date - clock_.now()).count();
  return true;
}

/// Whether the refusal comes of credentials that have expired, and there are others now.
Result<bool> Client::renew(const Operation& operation, const Reply& reply, Signing& signing) {
  if (signing.credentials == nullptr) return false;
  // An answer to HEAD cannot say why; expired ones are temporary ones, which have a token.
  const bool is_unexplained =
      operation.method == "HEAD" && !signing.credentials->session_token.empty();
  const bool is_refused = reply.status == 400 || reply.status == 403;
  if (remedy_for(reply) != Remedy::renew && !(is_unexplained && is_refused)) return false;
  service_.credentials->forget(signing.credentials);
  LARDER_TRY(auto credentials, service_.credentials->get());
  const auto& refused = *signing.credentials;
  if (credentials == nullptr || (credentials->access_key == refused.access_key &&
                                 credentials->session_token == refused.session_token)) {
    return false;
  }
  signing.credentials = std::move(credentials);
  return true;
}

}  // namespace larder::s3
