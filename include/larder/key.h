#pragma once

#include <larder/result.h>

#include <array>
#include <span>
#include <string>
#include <string_view>

#include <compare>
#include <cstddef>
#include <cstdint>

namespace larder {

/// What an entry is stored under: 1 to 64 opaque bytes, usually a hash. Ordered and compared by
/// bytes. A value; safe to read from any number of threads.
class Key {
 public:
  static constexpr std::size_t kMaxBytes = 64;

  /// A key of these bytes. Errors: invalid_argument for none or more than kMaxBytes.
  static Result<Key> from_bytes(std::span<const std::byte> bytes);

  /// A key of the bytes that `hex` spells, in digits of either case.
  /// Errors: invalid_argument for an odd or unfit number of digits or another character.
  static Result<Key> from_hex(std::string_view hex);

  [[nodiscard]] std::span<const std::byte> bytes() const noexcept {
    return std::span(bytes_).first(size_);
  }

  /// Two lower-case digits a byte.
  [[nodiscard]] std::string hex() const;

  friend bool operator==(const Key& a, const Key& b) noexcept { return std::is_eq(a <=> b); }
  friend std::strong_ordering operator<=>(const Key& a, const Key& b) noexcept;

 private:
  Key() = default;

  std::array<std::byte, kMaxBytes> bytes_ = {};
  std::uint8_t size_ = 0;
};

}  // namespace larder
