#pragma once

#include <bit>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace larder::util {

static_assert(std::endian::native == std::endian::little,
              "larder's formats are little-endian and are read in place");

using ByteSpan = std::span<const std::byte>;
using ByteBuffer = std::vector<std::byte>;

/// The bytes of a text, in place.
inline ByteSpan as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

/// Bytes as text, in place.
inline std::string_view as_text(ByteSpan bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The little-endian integer at `offset`; the caller has checked the length.
template <std::integral T>
T load(ByteSpan bytes, std::size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

/// Writes a little-endian integer at `offset`; the caller has checked the length.
template <std::integral T>
void store(std::span<std::byte> bytes, std::size_t offset, T value) {
  std::memcpy(bytes.data() + offset, &value, sizeof value);
}

/// Appends a little-endian integer.
template <std::integral T>
void append(ByteBuffer& buffer, T value) {
  const auto old_size = buffer.size();
  buffer.resize(old_size + sizeof value);
  std::memcpy(buffer.data() + old_size, &value, sizeof value);
}

inline void append(ByteBuffer& buffer, ByteSpan bytes) {
  buffer.insert(buffer.end(), bytes.begin(), bytes.end());
}

/// `value` rounded up to a multiple of `unit`, a power of two. The caller keeps it below 2^63.
constexpr std::uint64_t round_up(std::uint64_t value, std::uint64_t unit) {
  return (value + unit - 1) & ~(unit - 1);
}

}  // namespace larder::util
