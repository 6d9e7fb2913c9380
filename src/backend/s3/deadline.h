#pragma once

#include "sys/http/transport.h"

#include <chrono>
#include <cstdint>

namespace larder::s3 {

/// What an operation does, which says how long it may take.
enum class OperationKind {
  read,   ///< 2 s until the first byte of the answer, whose body then may take as long as it moves.
  write,  ///< 5 s, and a second more for each MiB sent.
  list,   ///< 30 s for a page.
};

/// The time that one operation has, for all its attempts together, from when this is made. Asking
/// for credentials is not part of it. A value.
class Deadline {
 public:
  explicit Deadline(OperationKind kind, std::uint64_t upload_bytes = 0);

  /// What is left until the answer must have begun; for writes and listings, ended. Not negative.
  [[nodiscard]] std::chrono::milliseconds left() const;

  /// The deadlines of an attempt that begins now. `left()` is not zero.
  [[nodiscard]] sys::http::Deadlines for_attempt(std::uint64_t max_body_bytes) const;

 private:
  OperationKind kind_;
  std::chrono::steady_clock::time_point end_;
};

/// How long the body of an answer may take once it has begun: 5 s, and a second for each MiB.
std::chrono::milliseconds body_time(std::uint64_t bytes);

}  // namespace larder::s3
