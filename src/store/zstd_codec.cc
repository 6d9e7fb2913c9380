#include "store/zstd_codec.h"

#include "store/pack_layout.h"
#include "util/assert.h"
#include "util/try.h"

// For ZSTD_getFrameHeader; the library is linked statically.
#define ZSTD_STATIC_LINKING_ONLY  // NOLINT(readability-identifier-naming): zstd's own
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace larder::store {
namespace {

// Every frame is made from input pieces of this length but the last, so that the same bytes give
// the same frame wherever they come from.
constexpr std::size_t kPieceBytes = std::size_t{128} << 10;

tl::unexpected<Error> corrupt(const char* why) {
  return fail(ErrorCode::corrupt, std::string("zstd frame: ") + why);
}

tl::unexpected<Error> encoder_failed(std::size_t code) {
  return fail(ErrorCode::io, std::string("compress: ") + ZSTD_getErrorName(code));
}

/// Checks what `frame`, which need not be whole, says of itself.
Result<void> check_frame_header(util::ByteSpan frame, std::uint64_t raw_bytes) {
  ZSTD_frameHeader header;
  if (ZSTD_getFrameHeader(&header, frame.data(), frame.size()) != 0) {
    return corrupt("its header cannot be read");
  }
  if (header.frameType != ZSTD_frame) return corrupt("it is a skippable one");
  if (header.frameContentSize != raw_bytes) return corrupt("its content has another size");
  if (header.windowSize > layout::kMaxWindowBytes) return corrupt("its window is over 8 MiB");
  if (header.dictID != 0) return corrupt("it wants a dictionary");
  return {};
}

/// This thread's context, kept for its next frame: a new one costs some 160 KB of fresh pages, and
/// asks the processor for its features, which traps in a virtual machine.
ZSTD_DCtx* decoding_context() {
  struct Free {
    void operator()(ZSTD_DCtx* context) const { (void)ZSTD_freeDCtx(context); }  // gives 0
  };
  thread_local const std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
  LARDER_ASSERT(context != nullptr);
  return context.get();
}

struct FreeEncoding {
  void operator()(ZSTD_CCtx* context) const { (void)ZSTD_freeCCtx(context); }  // gives 0
};
using EncodingContext = std::unique_ptr<ZSTD_CCtx, FreeEncoding>;

/// This thread's, for the same reasons, unless it is in use.
EncodingContext& kept_encoding_context() {
  thread_local EncodingContext context;
  return context;
}

ZSTD_CCtx* take_encoding_context() {
  ZSTD_CCtx* context = kept_encoding_context().release();
  if (context == nullptr) context = ZSTD_createCCtx();
  LARDER_ASSERT(context != nullptr);
  return context;
}

/// Keeps a context for the thread's next encoder, but not what a high level has needed.
void give_back(ZSTD_CCtx* context) {
  constexpr std::size_t kMaxKeptBytes = std::size_t{2} << 20;
  EncodingContext owned(context);
  (void)ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters);  // never fails for both
  if (ZSTD_sizeof_CCtx(context) <= kMaxKeptBytes) kept_encoding_context() = std::move(owned);
}

}  // namespace

ZstdEncoder::ZstdEncoder(int level) : context_(take_encoding_context()) {
  LARDER_ASSERT(level >= 1 && level <= 19);
  (void)ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, level);  // in range: never fails
}

ZstdEncoder::~ZstdEncoder() { give_back(context_); }

Result<std::optional<std::size_t>> ZstdEncoder::encode(util::ByteSpan raw,
                                                       std::span<std::byte> out) {
  const std::size_t length =
      ZSTD_compress2(context_, out.data(), out.size(), raw.data(), raw.size());
  if (ZSTD_isError(length) == 0) return std::optional(length);
  if (ZSTD_getErrorCode(length) == ZSTD_error_dstSize_tooSmall) return std::optional<std::size_t>();
  return encoder_failed(length);
}

Result<void> ZstdEncoder::begin(std::uint64_t raw_bytes) {
  pending_.clear();
  pending_.reserve(kPieceBytes);
  output_.resize(ZSTD_CStreamOutSize());
  (void)ZSTD_CCtx_reset(context_, ZSTD_reset_session_only);  // never fails for a session
  const std::size_t code = ZSTD_CCtx_setPledgedSrcSize(context_, raw_bytes);
  return ZSTD_isError(code) != 0 ? Result<void>(encoder_failed(code)) : Result<void>();
}

Result<void> ZstdEncoder::update(util::ByteSpan piece, const ByteSink& sink) {
  while (!piece.empty()) {
    if (pending_.empty() && piece.size() >= kPieceBytes) {
      LARDER_CHECK(flush(piece.first(kPieceBytes), false, sink));
      piece = piece.subspan(kPieceBytes);
      continue;
    }
    const std::size_t taken = std::min(piece.size(), kPieceBytes - pending_.size());
    util::append(pending_, piece.first(taken));
    piece = piece.subspan(taken);
    if (pending_.size() < kPieceBytes) continue;
    LARDER_CHECK(flush(pending_, false, sink));
    pending_.clear();
  }
  return {};
}

Result<void> ZstdEncoder::finish(const ByteSink& sink) { return flush(pending_, true, sink); }

Result<void> ZstdEncoder::flush(util::ByteSpan input, bool is_last, const ByteSink& sink) {
  ZSTD_inBuffer in = {input.data(), input.size(), 0};
  while (true) {
    ZSTD_outBuffer out = {output_.data(), output_.size(), 0};
    const std::size_t left =
        ZSTD_compressStream2(context_, &out, &in, is_last ? ZSTD_e_end : ZSTD_e_continue);
    if (ZSTD_isError(left) != 0) return encoder_failed(left);
    if (out.pos > 0) LARDER_CHECK(sink(util::ByteSpan(output_).first(out.pos)));
    if (is_last ? left == 0 : in.pos == in.size) return {};
  }
}

Result<void> zstd_decode(util::ByteSpan frame, std::span<std::byte> raw) {
  LARDER_CHECK(check_frame_header(frame, raw.size()));
  if (ZSTD_findFrameCompressedSize(frame.data(), frame.size()) != frame.size()) {
    return corrupt("it does not end where it should");
  }
  const std::size_t length =
      ZSTD_decompressDCtx(decoding_context(), raw.data(), raw.size(), frame.data(), frame.size());
  if (ZSTD_isError(length) != 0) return corrupt(ZSTD_getErrorName(length));
  return length == raw.size() ? Result<void>() : corrupt("its content has another size");
}

ZstdDecoder::ZstdDecoder(std::uint64_t raw_bytes)
    : context_(ZSTD_createDCtx()),
      output_(std::make_unique_for_overwrite<std::byte[]>(ZSTD_DStreamOutSize())),
      remaining_bytes_(raw_bytes) {
  LARDER_ASSERT(context_ != nullptr);
  // In range: never fails.
  (void)ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, layout::kMaxWindowLog);
}

ZstdDecoder::~ZstdDecoder() {
  (void)ZSTD_freeDCtx(context_);  // gives 0
}

Result<void> ZstdDecoder::update(util::ByteSpan piece, const ByteSink& sink) {
  if (!has_begun_) LARDER_CHECK(check_frame_header(piece, remaining_bytes_));
  has_begun_ = true;
  ZSTD_inBuffer in = {piece.data(), piece.size(), 0};
  bool may_hold_more = true;  // zstd may keep output back when the buffer it was given is full
  while (in.pos < in.size || may_hold_more) {
    if (has_ended_) {
      if (in.pos < in.size) return corrupt("it does not end where it should");
      return {};
    }
    ZSTD_outBuffer out = {output_.get(), ZSTD_DStreamOutSize(), 0};
    const std::size_t hint = ZSTD_decompressStream(context_, &out, &in);
    if (ZSTD_isError(hint) != 0) return corrupt(ZSTD_getErrorName(hint));
    if (out.pos > remaining_bytes_) return corrupt("its content has another size");
    remaining_bytes_ -= out.pos;
    has_ended_ = hint == 0;
    may_hold_more = out.pos == out.size;
    if (out.pos > 0) LARDER_CHECK(sink(std::span(output_.get(), out.pos)));
  }
  return {};
}

Result<void> ZstdDecoder::finish() const {
  if (!has_ended_ || remaining_bytes_ != 0) return corrupt("it ends too early");
  return {};
}

}  // namespace larder::store
