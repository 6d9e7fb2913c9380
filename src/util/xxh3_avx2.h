#pragma once

#include <stddef.h>

// XXH3-128 for processors with AVX2, twice as fast. In C, so that no inline function compiled for
// such processors alone can be linked in place of another file's.
#ifdef __cplusplus
extern "C" {
#endif

// The canonical form: 16 bytes.
void larder_xxh3_128_avx2(const void* bytes, size_t size, unsigned char* checksum);

// `state`: an XXH3_state_t, which all of xxHash's versions may work on in turn.
void larder_xxh3_update_avx2(void* state, const void* bytes, size_t size);

#ifdef __cplusplus
}
#endif
