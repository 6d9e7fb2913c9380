#include "backend/s3/sha256.h"

#include "util/assert.h"
#include "util/hex.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

namespace larder::s3 {
namespace {

// Fetching looks an algorithm up by name, which costs more than a short digest: once per process,
// and kept to its end. OpenSSL has these two, so what could fail here is memory only.

const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  LARDER_ASSERT(algorithm != nullptr);
  return algorithm;
}

EVP_MAC* hmac_algorithm() {
  static EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  LARDER_ASSERT(algorithm != nullptr);
  return algorithm;
}

struct FreeMac {
  void operator()(EVP_MAC_CTX* context) const noexcept { EVP_MAC_CTX_free(context); }
};

const unsigned char* data_of(util::ByteSpan bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* data_of(Sha256Digest& digest) {
  return reinterpret_cast<unsigned char*>(digest.data());
}

}  // namespace

void Sha256::Free::operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  LARDER_ASSERT(EVP_DigestInit_ex2(context_.get(), sha256_algorithm(), nullptr) == 1);
}

Sha256& Sha256::update(util::ByteSpan bytes) {
  LARDER_ASSERT(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
  return *this;
}

Sha256Digest Sha256::finish() {
  Sha256Digest digest;
  LARDER_ASSERT(EVP_DigestFinal_ex(context_.get(), data_of(digest), nullptr) == 1);
  LARDER_ASSERT(EVP_DigestInit_ex2(context_.get(), nullptr, nullptr) == 1);
  return digest;
}

std::string sha256_hex(util::ByteSpan bytes) {
  thread_local Sha256 hash;
  return util::to_hex(hash.update(bytes).finish());
}

Sha256Digest hmac_sha256(util::ByteSpan key, std::string_view text) {
  thread_local const std::unique_ptr<EVP_MAC_CTX, FreeMac> context(
      EVP_MAC_CTX_new(hmac_algorithm()));
  std::string digest_name = "SHA256";
  const std::array parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name.data(), 0),
      OSSL_PARAM_construct_end()};
  const util::ByteSpan bytes = util::as_bytes(text);
  Sha256Digest digest;
  std::size_t size = 0;
  LARDER_ASSERT(EVP_MAC_init(context.get(), data_of(key), key.size(), parameters.data()) == 1);
  LARDER_ASSERT(EVP_MAC_update(context.get(), data_of(bytes), bytes.size()) == 1);
  LARDER_ASSERT(EVP_MAC_final(context.get(), data_of(digest), &size, digest.size()) == 1);
  return digest;
}

}  // namespace larder::s3
