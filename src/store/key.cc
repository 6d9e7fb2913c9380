#include "util/hex.h"
#include <larder/key.h>

#include <algorithm>

namespace larder {

Result<Key> Key::from_bytes(std::span<const std::byte> bytes) {
  if (bytes.empty() || bytes.size() > kMaxBytes) {
    return fail(ErrorCode::invalid_argument, "a key has 1 to " + std::to_string(kMaxBytes) +
                                                 " bytes, not " + std::to_string(bytes.size()));
  }
  Key key;
  std::ranges::copy(bytes, key.bytes_.begin());
  key.size_ = static_cast<std::uint8_t>(bytes.size());
  return key;
}

Result<Key> Key::from_hex(std::string_view hex) {
  std::array<std::byte, kMaxBytes> bytes;
  const auto size = util::from_hex(hex, bytes);
  if (!size || *size == 0) {
    return fail(ErrorCode::invalid_argument,
                "key \"" + std::string(hex.substr(0, 2 * kMaxBytes)) +
                    "\": expected an even number of hex digits, 2 to " +
                    std::to_string(2 * kMaxBytes));
  }
  return from_bytes(std::span(bytes).first(*size));
}

std::string Key::hex() const { return util::to_hex(bytes()); }

std::strong_ordering operator<=>(const Key& a, const Key& b) noexcept {
  const auto left = a.bytes();
  const auto right = b.bytes();
  return std::lexicographical_compare_three_way(left.begin(), left.end(), right.begin(),
                                                right.end());
}

}  // namespace larder
