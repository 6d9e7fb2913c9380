#include "util/hash.h"

#include "support/data.h"
#include "util/hex.h"

#include <gtest/gtest.h>

#define XXH_INLINE_ALL  // a macro of xxhash.h: no library to link
#include <xxhash.h>

namespace larder::util {
namespace {

// The value for no input in BLAKE3's published test vectors.
TEST(Blake3, GivesThePublishedDigestOfNothing) {
  EXPECT_EQ(blake3({}).hex(), "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
}

TEST(Blake3, GivesTheSameForOneUpdateAndForMany) {
  const Digest whole = blake3(as_bytes("larder"));

  EXPECT_EQ(Blake3().update("lar").update("").update("der").finish(), whole);
}

TEST(Blake3, KeepsFieldsApart) {
  EXPECT_NE(Blake3().field("ab").field("c").finish(), Blake3().field("a").field("bc").finish());
}

#if defined(__x86_64__)
extern "C" int g_cpu_features;
extern "C" int get_cpu_features();

TEST(Blake3, IsToldOfTheProcessorWhatItWouldFindOut) {
  constexpr int kUndefined = 1 << 30;
  const int told = g_cpu_features;
  g_cpu_features = kUndefined;

  EXPECT_EQ(get_cpu_features(), told);
}
#endif

// The value for no input in xxHash's specification.
TEST(Xxh3, GivesThePublishedChecksumOfNothing) {
  EXPECT_EQ(to_hex(xxh3_128({}).bytes), "99aa06d3014798d86001c324468d497f");
}

TEST(Xxh3, GivesWhatXxhashGivesAtAnyLength) {
  const ByteBuffer bytes = larder::support::noise(5000);
  for (std::size_t length = 0; length <= bytes.size(); length += length < 600 ? 1 : 97) {
    const ByteSpan part = ByteSpan(bytes).first(length);
    XXH128_canonical_t expected;
    XXH128_canonicalFromHash(&expected, XXH3_128bits(part.data(), part.size()));

    EXPECT_EQ(to_hex(xxh3_128(part).bytes), to_hex(std::as_bytes(std::span(expected.digest))));
    EXPECT_EQ(Xxh3().update(part.first(length / 3)).update(part.subspan(length / 3)).finish(),
              xxh3_128(part));
  }
}

TEST(Xxh3, GivesTheSameForOneUpdateAndForMany) {
  EXPECT_EQ(Xxh3().update(as_bytes("lar")).update(as_bytes("der")).finish(),
            xxh3_128(as_bytes("larder")));
}

}  // namespace
}  // namespace larder::util
