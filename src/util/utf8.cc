#include "util/utf8.h"

#include <cstddef>

namespace larder::util {
namespace {

/// What must follow a lead byte: how many bytes, and the range of the first of them.
struct Tail {
  std::size_t length;  // 0 for a byte that cannot lead
  unsigned char low;
  unsigned char high;
};

Tail tail_of(unsigned char lead) {
  if (lead < 0xC2) return {0, 0, 0};
  if (lead < 0xE0) return {1, 0x80, 0xBF};
  if (lead == 0xE0) return {2, 0xA0, 0xBF};
  if (lead == 0xED) return {2, 0x80, 0x9F};
  if (lead < 0xF0) return {2, 0x80, 0xBF};
  if (lead == 0xF0) return {3, 0x90, 0xBF};
  if (lead < 0xF4) return {3, 0x80, 0xBF};
  if (lead == 0xF4) return {3, 0x80, 0x8F};
  return {0, 0, 0};
}

bool starts_with_tail(std::string_view text, Tail tail) {
  if (tail.length == 0 || text.size() < tail.length) return false;
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < tail.low || first > tail.high) return false;
  for (const char c : text.substr(1, tail.length - 1)) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) return false;
  }
  return true;
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text[0]);
    text.remove_prefix(1);
    if (lead < 0x80) continue;
    const Tail tail = tail_of(lead);
    if (!starts_with_tail(text, tail)) return false;
    text.remove_prefix(tail.length);
  }
  return true;
}

}  // namespace larder::util
