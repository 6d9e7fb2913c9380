#pragma once

#include "store/pack.h"
#include "sys/http/transport.h"
#include "util/bytes.h"
#include "util/unique_fd.h"
#include <larder/result.h>

#include <memory>

#include <chrono>
#include <cstdint>

namespace larder::s3 {

/// Takes in an object while it arrives: up to 1 MiB in memory, more in a file without a name. One
/// thread at a time.
class Download {
 public:
  /// An object of more bytes is refused.
  explicit Download(std::uint64_t max_bytes) : max_bytes_(max_bytes) {}

  [[nodiscard]] std::uint64_t max_bytes() const noexcept { return max_bytes_; }

  /// Forgets what has come: the object is asked for again.
  void restart();

  /// Takes the next piece. Errors: unavailable (the body takes longer than body_time() grants it),
  /// no_space, denied, io (of the file).
  Result<void> take(const sys::http::ResponseHead& head, util::ByteSpan piece);

  /// What is in memory: all of an object that is not in a file.
  [[nodiscard]] util::ByteSpan in_memory() const noexcept { return memory_; }

  /// The whole object. Leaves nothing here.
  std::shared_ptr<const store::PackBytes> finish();

 private:
  Result<void> begin(const sys::http::ResponseHead& head);

  std::uint64_t max_bytes_;
  std::chrono::steady_clock::time_point end_;  // once begun
  std::uint64_t bytes_ = 0;
  util::ByteBuffer memory_;
  util::UniqueFd file_;  // once there is too much
};

}  // namespace larder::s3
