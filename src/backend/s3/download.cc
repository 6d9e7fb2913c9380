#include "backend/s3/download.h"

#include "backend/s3/deadline.h"
#include "sys/file.h"
#include "util/try.h"

#include <utility>

#include <cerrno>
#include <charconv>

namespace larder::s3 {
namespace {

constexpr std::uint64_t kMaxInMemory = std::uint64_t{1} << 20;

/// What the head says that will come, or `otherwise`.
std::uint64_t length_of(const sys::http::ResponseHead& head, std::uint64_t otherwise) {
  const std::string_view text = sys::http::find_header(head.headers, "Content-Length");
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  return error == std::errc() ? length : otherwise;
}

}  // namespace

void Download::restart() {
  bytes_ = 0;
  memory_.clear();
  file_.reset();
}

Result<void> Download::begin(const sys::http::ResponseHead& head) {
  const std::uint64_t length = length_of(head, max_bytes_);
  end_ = std::chrono::steady_clock::now() + body_time(length);
  if (length <= kMaxInMemory) {
    memory_.reserve(length);
    return {};
  }
  LARDER_TRY(file_, sys::open_unnamed());
  return {};
}

Result<void> Download::take(const sys::http::ResponseHead& head, util::ByteSpan piece) {
  if (bytes_ == 0) LARDER_CHECK(begin(head));
  // The transport ends a body that stands still; this one that only crawls.
  if (std::chrono::steady_clock::now() > end_) {
    return fail(ErrorCode::unavailable, "the object arrives too slowly", ETIMEDOUT);
  }
  if (file_) {
    LARDER_CHECK(sys::write_all_at(file_.get(), piece, bytes_));
  } else {
    util::append(memory_, piece);
  }
  bytes_ += piece.size();
  return {};
}

std::shared_ptr<const store::PackBytes> Download::finish() {
  if (file_) return store::pack_bytes_of(std::move(file_), bytes_);
  return store::pack_bytes_of(std::make_shared<const util::ByteBuffer>(std::exchange(memory_, {})));
}

}  // namespace larder::s3
