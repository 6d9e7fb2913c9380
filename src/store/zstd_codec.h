#pragma once

#include "store/blob_content.h"
#include "util/bytes.h"
#include <larder/result.h>

#include <memory>
#include <optional>
#include <span>

#include <cstdint>

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

/// zstd as packs use it: one frame that holds its content's size, with a window of at most
/// layout::kMaxWindowBytes and no dictionary.
namespace larder::store {

/// Compresses one blob after another. The bytes made depend on the bytes given and the level, not
/// on the pieces they come in. One thread at a time.
class ZstdEncoder {
 public:
  /// `level` is 1 to 19.
  explicit ZstdEncoder(int level);
  ~ZstdEncoder();
  ZstdEncoder(const ZstdEncoder&) = delete;
  ZstdEncoder& operator=(const ZstdEncoder&) = delete;

  /// Compresses `raw` into `out`; gives the frame's length, or nullopt if `out` is too small.
  Result<std::optional<std::size_t>> encode(util::ByteSpan raw, std::span<std::byte> out);

  /// Begins a frame of `raw_bytes`, which the updates up to finish() must amount to.
  Result<void> begin(std::uint64_t raw_bytes);
  Result<void> update(util::ByteSpan piece, const ByteSink& sink);
  Result<void> finish(const ByteSink& sink);

 private:
  Result<void> flush(util::ByteSpan input, bool is_last, const ByteSink& sink);

  ZSTD_CCtx_s* context_;
  util::ByteBuffer pending_;  // input that does not fill a piece yet
  util::ByteBuffer output_;
};

/// Decompresses `frame` into `raw`, whose length must be the content's. Errors: corrupt.
Result<void> zstd_decode(util::ByteSpan frame, std::span<std::byte> raw);

/// Decompresses a frame that comes in pieces. One thread at a time.
class ZstdDecoder {
 public:
  /// The frame's content must have `raw_bytes`.
  explicit ZstdDecoder(std::uint64_t raw_bytes);
  ~ZstdDecoder();
  ZstdDecoder(const ZstdDecoder&) = delete;
  ZstdDecoder& operator=(const ZstdDecoder&) = delete;

  /// The next piece of the frame; the first holds its header, of at most 18 bytes.
  /// Errors: corrupt; the sink's.
  Result<void> update(util::ByteSpan piece, const ByteSink& sink);

  /// Whether the frame has ended, and has given as many bytes as it should. Errors: corrupt.
  [[nodiscard]] Result<void> finish() const;

 private:
  ZSTD_DCtx_s* context_;
  std::unique_ptr<std::byte[]> output_;
  std::uint64_t remaining_bytes_;
  bool has_begun_ = false;
  bool has_ended_ = false;
};

}  // namespace larder::store
