#pragma once

#include "util/bytes.h"

#include <cstddef>
#include <cstdint>

/// Unsigned integers in as few bytes as they need: seven bits a byte, the lowest first, the eighth
/// set in all but the last.
/// Source: LEB128, as in DWARF 5, 7.6.
namespace larder::util {

inline void append_varint(ByteBuffer& buffer, std::uint32_t value) {
  while (value > 0x7f) {
    buffer.push_back(static_cast<std::byte>(value | 0x80));
    value >>= 7;
  }
  buffer.push_back(static_cast<std::byte>(value));
}

/// Maps small differences of either sign to small integers.
constexpr std::uint32_t zigzag(std::uint32_t from, std::uint32_t to) noexcept {
  const std::uint32_t difference = to - from;
  return (difference << 1) ^ (difference >> 31 != 0 ? 0xffff'ffffU : 0U);
}

/// What zigzag() was told to go to.
constexpr std::uint32_t from_zigzag(std::uint32_t from, std::uint32_t value) noexcept {
  return from + ((value >> 1) ^ (0U - (value & 1)));
}

/// Reads one after another. What is cut off or needs more than 32 bits reads as 0 or as no bytes,
/// and so does all that follows.
class VarintReader {
 public:
  explicit VarintReader(ByteSpan bytes) noexcept : rest_(bytes) {}

  std::uint32_t next() noexcept {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 35 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<std::uint64_t>(rest_.front());
      rest_ = rest_.subspan(1);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80 && value <= 0xffff'ffffU) return static_cast<std::uint32_t>(value);
      if (byte < 0x80) break;
    }
    fail();
    return 0;
  }

  /// So many bytes as they are.
  ByteSpan take(std::size_t size) noexcept {
    if (size > rest_.size()) fail();
    const ByteSpan taken = rest_.first(is_sound_ ? size : 0);
    rest_ = rest_.subspan(taken.size());
    return taken;
  }

  [[nodiscard]] bool is_sound() const noexcept { return is_sound_; }
  /// What has not been read.
  [[nodiscard]] ByteSpan rest() const noexcept { return rest_; }

 private:
  void fail() noexcept {
    rest_ = {};
    is_sound_ = false;
  }

  ByteSpan rest_;
  bool is_sound_ = true;
};

}  // namespace larder::util
