#pragma once

#include "sys/file.h"
#include "util/assert.h"
#include "util/bytes.h"
#include <larder/key.h>
#include <larder/name.h>

#include <random>
#include <string>
#include <string_view>

#include <cstddef>
#include <cstdint>

/// Values for tests.
namespace larder::support {

/// Bytes that do not compress, the same for the same seed.
inline util::ByteBuffer noise(std::size_t size, std::uint64_t seed = 1) {
  std::mt19937_64 random(seed);
  util::ByteBuffer bytes(size);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

/// Bytes that compress well but are not all the same.
inline util::ByteBuffer prose(std::size_t size) {
  util::ByteBuffer bytes;
  bytes.reserve(size + 32);
  for (std::size_t line = 0; bytes.size() < size; ++line) {
    util::append(bytes, util::as_bytes("line " + std::to_string(line * 7919) + " of prose\n"));
  }
  bytes.resize(size);
  return bytes;
}

inline Name name_of(std::string_view text) { return Name::parse(text).value(); }

inline Key key_of(std::string_view bytes) { return Key::from_bytes(util::as_bytes(bytes)).value(); }

inline std::string text_of(util::ByteSpan bytes) { return std::string(util::as_text(bytes)); }

/// The content of a file.
inline util::ByteBuffer content_of(const std::string& path) {
  return sys::read_file(AT_FDCWD, path, std::uint64_t{1} << 32).value();
}

/// Makes or replaces a file, and opens it for reading and writing.
inline util::UniqueFd make_file(const std::string& path, util::ByteSpan bytes = {}) {
  auto fd = sys::open_at(AT_FDCWD, path, O_RDWR | O_CREAT | O_TRUNC).value();
  LARDER_ASSERT(sys::write_all_at(fd.get(), bytes, 0).has_value());
  return fd;
}

}  // namespace larder::support
