#include "util/xxh3_avx2.h"

#define XXH_INLINE_ALL
#define XXH_VECTOR XXH_AVX2
#include <xxhash.h>

void larder_xxh3_128_avx2(const void* bytes, size_t size, unsigned char* checksum) {
  XXH128_canonicalFromHash((XXH128_canonical_t*)checksum, XXH3_128bits(bytes, size));
}

void larder_xxh3_update_avx2(void* state, const void* bytes, size_t size) {
  (void)XXH3_128bits_update((XXH3_state_t*)state, bytes, size);
}
