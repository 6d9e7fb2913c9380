#include "backend/s3/content_md5.h"

#include "util/assert.h"

#include <openssl/evp.h>

#include <array>

namespace larder::s3 {

std::string content_md5(std::string_view body) {
  std::array<unsigned char, 16> digest = {};
  LARDER_ASSERT(EVP_Digest(body.data(), body.size(), digest.data(), nullptr, EVP_md5(), nullptr) ==
                1);
  std::array<unsigned char, 4 * ((digest.size() + 2) / 3) + 1> text = {};
  const int length = EVP_EncodeBlock(text.data(), digest.data(), digest.size());
  return {text.begin(), text.begin() + length};
}

}  // namespace larder::s3
