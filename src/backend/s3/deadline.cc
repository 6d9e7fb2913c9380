#include "backend/s3/deadline.h"

#include <algorithm>

namespace larder::s3 {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kRead = std::chrono::seconds(2);
constexpr milliseconds kWrite = std::chrono::seconds(5);
constexpr milliseconds kList = std::chrono::seconds(30);
/// Without a byte moving.
constexpr milliseconds kIdle = std::chrono::seconds(2);
constexpr std::uint64_t kSlowestBytesPerSecond = std::uint64_t{1} << 20;

milliseconds time_to_move(std::uint64_t bytes) {
  return milliseconds(static_cast<std::int64_t>(bytes / kSlowestBytesPerSecond) * 1000);
}

milliseconds budget_of(OperationKind kind, std::uint64_t upload_bytes) {
  switch (kind) {
    case OperationKind::read:
      return kRead;
    case OperationKind::write:
      return kWrite + time_to_move(upload_bytes);
    case OperationKind::list:
      return kList;
  }
  return kRead;
}

}  // namespace

Deadline::Deadline(OperationKind kind, std::uint64_t upload_bytes)
    : kind_(kind), end_(std::chrono::steady_clock::now() + budget_of(kind, upload_bytes)) {}

milliseconds Deadline::left() const {
  const auto left = std::chrono::ceil<milliseconds>(end_ - std::chrono::steady_clock::now());
  return std::max(left, milliseconds(0));
}

sys::http::Deadlines Deadline::for_attempt(std::uint64_t max_body_bytes) const {
  const milliseconds left = this->left();
  switch (kind_) {
    case OperationKind::read:
      return {.connect = left,
              .first_byte = left,
              .idle = kIdle,
              .answer = left,
              .total = left + body_time(max_body_bytes)};
    case OperationKind::write:
      // Once all is sent, its length is no reason to wait any longer.
      return {.connect = std::min(left, kWrite),
              .first_byte = std::min(left, kWrite),
              .idle = std::min(left, kWrite),
              .answer = left,
              .total = left};
    case OperationKind::list:
      break;
  }
  return {.connect = left, .first_byte = left, .idle = left, .answer = left, .total = left};
}

milliseconds body_time(std::uint64_t bytes) { return kWrite + time_to_move(bytes); }

}  // namespace larder::s3
