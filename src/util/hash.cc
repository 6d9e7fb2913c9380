#include "util/hash.h"

#include "util/hex.h"

#include <blake3.h>

#define XXH_INLINE_ALL  // a macro of xxhash.h: no library to link, calls fold into their callers
#include <xxhash.h>

#if defined(__x86_64__) && defined(__GLIBC__)
#define LARDER_ASKS_LIBC_FOR_PROCESSOR 1
#include "util/xxh3_avx2.h"
// glibc's header is for C, and clang has no _Bool in C++.
// NOLINTNEXTLINE(bugprone-reserved-identifier, readability-identifier-naming)
#define _Bool bool
#include <sys/platform/x86.h>
#undef _Bool
#else
#define LARDER_ASKS_LIBC_FOR_PROCESSOR 0
#endif

#include <cstring>

#if LARDER_ASKS_LIBC_FOR_PROCESSOR
// BLAKE3's own, which BLAKE3_TESTING lets others see and set.
extern "C" int g_cpu_features;
#endif

namespace larder::util {
namespace {

#if LARDER_ASKS_LIBC_FOR_PROCESSOR
/// Tells BLAKE3 what libc has found out about the processor at the program's start. It would ask
/// again by three instructions that trap in a virtual machine: 20 us, more than a small hash takes.
const bool is_blake3_told = [] {
  // The bits of `enum cpu_feature` in blake3_dispatch.c.
  int features = 1 << 0;  // SSE2
  if (CPU_FEATURE_ACTIVE(SSSE3)) features |= 1 << 1;
  if (CPU_FEATURE_ACTIVE(SSE4_1)) features |= 1 << 2;
  if (CPU_FEATURE_ACTIVE(AVX)) features |= 1 << 3;
  if (CPU_FEATURE_ACTIVE(AVX2)) features |= 1 << 4;
  if (CPU_FEATURE_ACTIVE(AVX512F)) features |= 1 << 5;
  if (CPU_FEATURE_ACTIVE(AVX512VL)) features |= 1 << 6;
  g_cpu_features = features;
  return true;
}();

const bool has_avx2 = CPU_FEATURE_ACTIVE(AVX2);

/// Below it xxHash uses no vectors.
constexpr std::size_t kVectorsFrom = XXH3_MIDSIZE_MAX + 1;
#endif

blake3_hasher* hasher(std::array<std::byte, 1912>& state) {
  static_assert(sizeof(blake3_hasher) <= sizeof state && alignof(blake3_hasher) <= 8);
  return reinterpret_cast<blake3_hasher*>(state.data());
}

Checksum canonical(XXH128_hash_t hash) {
  XXH128_canonical_t bytes;
  XXH128_canonicalFromHash(&bytes, hash);
  Checksum checksum;
  static_assert(sizeof bytes == Checksum::kBytes);
  std::memcpy(checksum.bytes.data(), &bytes, sizeof bytes);
  return checksum;
}

}  // namespace

std::string Digest::hex() const { return to_hex(bytes); }

Blake3::Blake3() noexcept { blake3_hasher_init(hasher(state_)); }

Blake3& Blake3::update(ByteSpan bytes) noexcept {
  blake3_hasher_update(hasher(state_), bytes.data(), bytes.size());
  return *this;
}

Blake3& Blake3::field(std::uint64_t value) noexcept {
  return update(std::as_bytes(std::span(&value, 1)));
}

Blake3& Blake3::field(ByteSpan bytes) noexcept {
  return field(std::uint64_t{bytes.size()}).update(bytes);
}

Digest Blake3::finish() const noexcept {
  Digest digest;
  blake3_hasher_finalize(reinterpret_cast<const blake3_hasher*>(state_.data()),
                         reinterpret_cast<std::uint8_t*>(digest.bytes.data()), Digest::kBytes);
  return digest;
}

Digest blake3(ByteSpan bytes) noexcept { return Blake3().update(bytes).finish(); }

struct Xxh3::State {
  XXH3_state_t xxh;
};

Xxh3::Xxh3() : state_(std::make_unique<State>()) { (void)XXH3_128bits_reset(&state_->xxh); }
Xxh3::Xxh3(Xxh3&&) noexcept = default;
Xxh3& Xxh3::operator=(Xxh3&&) noexcept = default;
Xxh3::~Xxh3() = default;

Xxh3& Xxh3::update(ByteSpan bytes) noexcept {
#if LARDER_ASKS_LIBC_FOR_PROCESSOR
  if (has_avx2) {
    larder_xxh3_update_avx2(&state_->xxh, bytes.data(), bytes.size());
    return *this;
  }
#endif
  (void)XXH3_128bits_update(&state_->xxh, bytes.data(), bytes.size());
  return *this;
}

Checksum Xxh3::finish() const noexcept { return canonical(XXH3_128bits_digest(&state_->xxh)); }

Checksum xxh3_128(ByteSpan bytes) noexcept {
#if LARDER_ASKS_LIBC_FOR_PROCESSOR
  if (has_avx2 && bytes.size() >= kVectorsFrom) {
    Checksum checksum;
    larder_xxh3_128_avx2(bytes.data(), bytes.size(),
                         reinterpret_cast<unsigned char*>(checksum.bytes.data()));
    return checksum;
  }
#endif
  return canonical(XXH3_128bits(bytes.data(), bytes.size()));
}

std::uint64_t xxh3_64(ByteSpan bytes) noexcept { return XXH3_64bits(bytes.data(), bytes.size()); }

}  // namespace larder::util
