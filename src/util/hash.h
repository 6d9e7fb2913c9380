#pragma once

#include "util/bytes.h"

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include <compare>
#include <cstddef>
#include <cstdint>

namespace larder::util {

/// A 32-byte BLAKE3 digest.
struct Digest {
  static constexpr std::size_t kBytes = 32;
  std::array<std::byte, kBytes> bytes = {};

  [[nodiscard]] std::string hex() const;
  friend bool operator==(const Digest&, const Digest&) = default;
  friend auto operator<=>(const Digest&, const Digest&) = default;
};

/// BLAKE3 over a sequence of updates. One thread at a time.
class Blake3 {
 public:
  Blake3() noexcept;

  /// Hashes the bytes alone: what is fed in two calls equals what is fed in one.
  Blake3& update(ByteSpan bytes) noexcept;
  Blake3& update(std::string_view text) noexcept { return update(as_bytes(text)); }

  /// Hashes the length and then the bytes, so that neighbouring fields cannot run together.
  Blake3& field(ByteSpan bytes) noexcept;
  Blake3& field(std::string_view text) noexcept { return field(as_bytes(text)); }
  Blake3& field(std::uint64_t value) noexcept;

  [[nodiscard]] Digest finish() const noexcept;

 private:
  // The size of BLAKE3's own state, which stays out of this header; checked where it is used.
  alignas(std::uint64_t) std::array<std::byte, 1912> state_;
};

/// The BLAKE3 digest of one byte string.
Digest blake3(ByteSpan bytes) noexcept;

/// Appends what Blake3::field() hashes: many short fields are hashed several times as fast at once.
inline void append_field(ByteBuffer& buffer, std::string_view text) {
  append(buffer, std::uint64_t{text.size()});
  append(buffer, as_bytes(text));
}

/// A 16-byte XXH3-128 checksum, stored in its canonical (big-endian) order.
struct Checksum {
  static constexpr std::size_t kBytes = 16;
  std::array<std::byte, kBytes> bytes = {};

  friend bool operator==(const Checksum&, const Checksum&) = default;
};

/// XXH3-128 over a sequence of updates. Movable; one thread at a time.
class Xxh3 {
 public:
  Xxh3();
  Xxh3(Xxh3&&) noexcept;
  Xxh3& operator=(Xxh3&&) noexcept;
  ~Xxh3();

  Xxh3& update(ByteSpan bytes) noexcept;
  [[nodiscard]] Checksum finish() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// XXH3-128 of one byte string.
Checksum xxh3_128(ByteSpan bytes) noexcept;

/// XXH3-64 of one byte string.
std::uint64_t xxh3_64(ByteSpan bytes) noexcept;

}  // namespace larder::util
