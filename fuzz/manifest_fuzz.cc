#include "compile/manifest.h"

#include <cstdlib>

/// Whatever the bytes: they are refused, or everything that they refer to is there.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace larder;
  const util::ByteBuffer bytes(reinterpret_cast<const std::byte*>(data),
                               reinterpret_cast<const std::byte*>(data) + size);
  const auto manifest = compile::Manifest::decode(bytes);
  if (!manifest) return 0;
  const auto results = manifest->results();
  if (results.size() > 32) return 0;
  const auto again = compile::encode_manifest(results);
  const auto decoded = compile::Manifest::decode(again);
  if (!decoded || decoded->results().size() != results.size()) std::abort();
  return 0;
}
