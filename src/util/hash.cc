#include "util/hash.h"

#include "util/hex.h"

#include <blake3.h>

#define XXH_INLINE_ALL  // a macro of xxhash.h: no library to link, calls fold into their callers
#include <xxhash.h>

#if defined(__x86_64__)
#include "util/xxh3_avx2.h"

#include <cpuid.h>
#endif

#include <cstring>

#if defined(__x86_64__)
// BLAKE3's own, which BLAKE3_TESTING lets others see and set.
extern "C" int g_cpu_features;
#endif

namespace larder::util {
namespace {

#if defined(__x86_64__)
// The bits of `enum cpu_feature` in blake3_dispatch.c.
constexpr int kSse2 = 1 << 0;
constexpr int kSsse3 = 1 << 1;
constexpr int kSse41 = 1 << 2;
constexpr int kAvx = 1 << 3;
constexpr int kAvx2 = 1 << 4;
constexpr int kAvx512F = 1 << 5;
constexpr int kAvx512Vl = 1 << 6;

/// The register states that the system saves, without which an extension cannot be used.
unsigned saved_states() {
  unsigned low = 0;
  unsigned high = 0;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

/// What the processor has of these. libc is not asked: the program's start spares it finding out
/// (src/start). Three instructions that trap in a virtual machine, 4 to 6 us each.
int find_features() {
  constexpr unsigned kVectors = 0x6;        // SSE's and AVX's registers
  constexpr unsigned kLargeVectors = 0xE0;  // AVX-512's
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  __cpuid(0, a, b, c, d);
  const unsigned last_leaf = a;
  __cpuid(1, a, b, c, d);
  int features = kSse2;
  if ((c & bit_SSSE3) != 0) features |= kSsse3;
  if ((c & bit_SSE4_1) != 0) features |= kSse41;
  if ((c & bit_OSXSAVE) == 0) return features;
  const unsigned states = saved_states();
  if ((states & kVectors) != kVectors) return features;
  if ((c & bit_AVX) != 0) features |= kAvx;
  if (last_leaf < 7) return features;
  __cpuid_count(7, 0, a, b, c, d);
  if ((b & bit_AVX2) != 0) features |= kAvx2;
  if ((states & kLargeVectors) != kLargeVectors) return features;
  if ((b & bit_AVX512F) != 0) features |= kAvx512F;
  if ((b & bit_AVX512VL) != 0) features |= kAvx512Vl;
  return features;
}

/// Found out once for both hashes; BLAKE3 would ask by itself.
const bool has_avx2 = [] {
  g_cpu_features = find_features();
  return (g_cpu_features & kAvx2) != 0;
}();

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
#if defined(__x86_64__)
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
#if defined(__x86_64__)
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
