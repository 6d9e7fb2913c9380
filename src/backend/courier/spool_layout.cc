#include "backend/courier/spool_layout.h"

#include "util/bytes.h"
#include "util/hex.h"

#include <array>

#include <charconv>
#include <climits>
#include <cstddef>

namespace larder::courier {
namespace {

constexpr std::size_t kTimeDigits = 16;
constexpr std::size_t kWriterDigits = 8;

std::string padded_hex(std::uint64_t value, std::size_t digits) {
  std::array<std::byte, sizeof value> bytes = {};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[bytes.size() - 1 - i] = static_cast<std::byte>(value >> (CHAR_BIT * i));
  }
  return util::to_hex(bytes).substr(2 * sizeof value - digits);
}

std::optional<std::uint64_t> parse_hex(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), value, 16);
  if (error != std::errc() || end != digits.end()) return std::nullopt;
  return value;
}

/// Takes what stands before the next "-" off the text; all of it where there is none.
std::string_view take_field(std::string_view& rest) {
  const std::string_view field = rest.substr(0, rest.find('-'));
  rest.remove_prefix(std::min(field.size() + 1, rest.size()));
  return field;
}

std::optional<store::NamespacePath> parse_namespace(std::string_view digits) {
  std::string text(digits.size() / 2, '\0');
  if (!util::from_hex(digits, std::as_writable_bytes(std::span(text)))) return std::nullopt;
  auto path = store::NamespacePath::parse(text);
  if (!path) return std::nullopt;
  return *std::move(path);
}

}  // namespace

Result<std::string> SpoolEntry::name() const {
  std::string text = padded_hex(time_ns, kTimeDigits);
  text.append("-").append(padded_hex(writer, kWriterDigits));
  text.append(verb == Verb::put ? "-p-" : "-r-");
  text.append(key.hex()).append("-").append(util::to_hex(util::as_bytes(ns.text())));
  if (text.size() <= NAME_MAX) return text;
  return fail(ErrorCode::invalid_argument,
              "spool " + ns.text() + ": too long a namespace to be uploaded from");
}

std::optional<SpoolEntry> SpoolEntry::parse(std::string_view name) {
  std::string_view rest = name;
  const std::string_view time = take_field(rest);
  const std::string_view writer = take_field(rest);
  const std::string_view verb = take_field(rest);
  const auto time_ns = parse_hex(time);
  const auto writer_number = parse_hex(writer);
  if (time.size() != kTimeDigits || writer.size() != kWriterDigits || !time_ns || !writer_number ||
      (verb != "p" && verb != "r")) {
    return std::nullopt;
  }
  auto key = Key::from_hex(take_field(rest));
  auto ns = parse_namespace(rest);
  if (!key || !ns) return std::nullopt;
  SpoolEntry entry = {.time_ns = *time_ns,
                      .writer = static_cast<std::uint32_t>(*writer_number),
                      .verb = verb == "p" ? Verb::put : Verb::remove,
                      .ns = *std::move(ns),
                      .key = *std::move(key)};
  // Only the one spelling is a file's: two names must not mean the same.
  if (entry.name() != name) return std::nullopt;
  return entry;
}

}  // namespace larder::courier
