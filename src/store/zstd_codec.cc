#include "store/zstd_codec.h"

#include "store/pack_layout.h"
#include "util/assert.h"
#include "util/try.h"

// For ZSTD_getFrameHeader; the library is linked statically.
#define ZSTD_STATIC_LINKING_ONLY  // NOLINT(readability-identifier-naming): zstd's own
#include <zstd.h>
#include <zstd_errors.h>

#include <memory>
#include <string>
#include <utility>

namespace larder::store {
namespace {

tl::unexpected<Error> corrupt(const char* why) {
  return fail(ErrorCode::corrupt, std::string("zstd frame: ") + why);
}

/// Checks what `frame` says of itself.
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

/// This thread's, for the same reasons; empty if there is none yet.
EncodingContext& kept_encoding_context() {
  thread_local EncodingContext context;
  return context;
}

/// Keeps a context for the thread's next frame, but not what a high level has needed.
void give_back(EncodingContext context) {
  constexpr std::size_t kMaxKeptBytes = std::size_t{2} << 20;
  // Never fails for both.
  (void)ZSTD_CCtx_reset(context.get(), ZSTD_reset_session_and_parameters);
  if (ZSTD_sizeof_CCtx(context.get()) <= kMaxKeptBytes) {
    kept_encoding_context() = std::move(context);
  }
}

}  // namespace

Result<std::optional<std::size_t>> zstd_encode(int level, util::ByteSpan raw,
                                               std::span<std::byte> out) {
  LARDER_ASSERT(level >= 1 && level <= 19);
  EncodingContext context = std::move(kept_encoding_context());
  if (context == nullptr) context.reset(ZSTD_createCCtx());
  LARDER_ASSERT(context != nullptr);
  // In range: never fails.
  (void)ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level);
  const std::size_t length =
      ZSTD_compress2(context.get(), out.data(), out.size(), raw.data(), raw.size());
  give_back(std::move(context));
  if (ZSTD_isError(length) == 0) return std::optional(length);
  if (ZSTD_getErrorCode(length) == ZSTD_error_dstSize_tooSmall) return std::optional<std::size_t>();
  return fail(ErrorCode::io, std::string("compress: ") + ZSTD_getErrorName(length));
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

}  // namespace larder::store
