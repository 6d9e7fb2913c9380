#include "compile/manifest.h"

#include <cstdlib>

/// Whatever the bytes: they are refused, or everything that they refer to is there.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace larder;
  // Read in place, so as aligned as a blob in memory is.
  const util::ByteBuffer bytes(reinterpret_cast<const std::byte*>(data),
                               reinterpret_cast<const std::byte*>(data) + size);
  const auto view = compile::ManifestView::open(bytes);
  if (!view) return 0;
  const auto results = view->decode();
  if (results.size() > 32) return 0;
  const auto again = compile::encode_manifest(results);
  const auto reopened = compile::ManifestView::open(again);
  if (!reopened || reopened->decode().size() != results.size()) std::abort();
  return 0;
}
