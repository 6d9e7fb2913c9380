#pragma once

#include "util/bytes.h"

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include <cstddef>

struct evp_md_ctx_st;

namespace larder::s3 {

/// A SHA-256 or HMAC-SHA-256.
using Sha256Digest = std::array<std::byte, 32>;

/// SHA-256 over a sequence of updates. Movable; one thread at a time.
class Sha256 {
 public:
  Sha256();

  Sha256& update(util::ByteSpan bytes);

  /// The digest of what has been fed since the last; the next begins with nothing.
  Sha256Digest finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const noexcept;
  };

  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

/// SHA-256 in lower-case hex, as `x-amz-content-sha256` has it. Thread-safe.
std::string sha256_hex(util::ByteSpan bytes);

/// HMAC-SHA-256. Thread-safe.
Sha256Digest hmac_sha256(util::ByteSpan key, std::string_view text);

}  // namespace larder::s3
