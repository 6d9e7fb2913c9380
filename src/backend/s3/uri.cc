#include "backend/s3/uri.h"

#include "util/hex.h"

#include <array>

#include <cstddef>

namespace larder::s3 {
namespace {

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

std::string encode(std::string_view text, bool keeps_slash) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c) || (keeps_slash && c == '/')) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return encoded;
}

}  // namespace

std::string encode_path(std::string_view key) { return encode(key, true); }

std::string encode_value(std::string_view value) { return encode(value, false); }

std::optional<std::string> decode_listed(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  while (!text.empty()) {
    if (text.front() != '%') {
      decoded += text.front() == '+' ? ' ' : text.front();
      text.remove_prefix(1);
      continue;
    }
    std::array<std::byte, 1> byte = {};
    if (text.size() < 3 || !util::from_hex(text.substr(1, 2), byte)) return std::nullopt;
    decoded += static_cast<char>(byte[0]);
    text.remove_prefix(3);
  }
  return decoded;
}

}  // namespace larder::s3
