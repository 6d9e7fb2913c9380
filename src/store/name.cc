#include "util/bytes.h"
#include "util/hex.h"
#include "util/utf8.h"
#include <larder/name.h>

#include <algorithm>

namespace larder {
namespace {

/// Why the text is no name, or nullptr.
const char* broken_rule(std::string_view text) {
  if (text.empty()) return "it is empty";
  if (text.size() > Name::kMaxBytes) return "it is longer than 200 bytes";
  if (text.front() == '.') return "it begins with \".\"";
  const auto is_forbidden = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F || c == '/' || c == '\\';
  };
  if (std::ranges::any_of(text, is_forbidden)) return "it holds \"/\", \"\\\" or a control byte";
  if (!util::is_utf8(text)) return "it is not valid UTF-8";
  return nullptr;
}

/// The text for a message: as it is where that is safe on a terminal, else in hex.
std::string printable(std::string_view text) {
  const std::string_view start = text.substr(0, Name::kMaxBytes);
  const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7F; };
  if (std::ranges::all_of(start, is_plain)) return '"' + std::string(start) + '"';
  return "of bytes " + util::to_hex(util::as_bytes(start));
}

}  // namespace

Result<Name> Name::parse(std::string_view text) {
  if (const char* rule = broken_rule(text)) {
    return fail(ErrorCode::invalid_argument, "name " + printable(text) + " is refused: " + rule);
  }
  return Name(std::string(text));
}

}  // namespace larder
