#include "util/hex.h"

#include <array>

#include <cstdint>

namespace larder::util {
namespace {

constexpr std::uint8_t kNoDigit = 0xFF;

/// The value of each character as a digit. A table, for a walk over a large store reads a million
/// keys.
constexpr auto kDigitValues = [] {
  std::array<std::uint8_t, 256> values = {};
  values.fill(kNoDigit);
  for (std::uint8_t i = 0; i < 10; ++i) values['0' + i] = i;
  for (std::uint8_t i = 0; i < 6; ++i) {
    values['a' + i] = static_cast<std::uint8_t>(10 + i);
    values['A' + i] = static_cast<std::uint8_t>(10 + i);
  }
  return values;
}();

unsigned digit_value(char c) { return kDigitValues[static_cast<unsigned char>(c)]; }

}  // namespace

std::string to_hex(std::span<const std::byte> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::byte byte : bytes) {
    const auto value = std::to_integer<unsigned>(byte);
    text.push_back(kDigits[value >> 4]);
    text.push_back(kDigits[value & 15]);
  }
  return text;
}

std::optional<std::size_t> from_hex(std::string_view digits, std::span<std::byte> out) {
  if (digits.size() % 2 != 0 || digits.size() / 2 > out.size()) return std::nullopt;
  for (std::size_t i = 0; i < digits.size() / 2; ++i) {
    const unsigned high = digit_value(digits[2 * i]);
    const unsigned low = digit_value(digits[2 * i + 1]);
    if ((high | low) == kNoDigit) return std::nullopt;  // a value alone has four bits
    out[i] = static_cast<std::byte>(high << 4 | low);
  }
  return digits.size() / 2;
}

}  // namespace larder::util
