#include "backend/courier/protocol.h"

#include <algorithm>
#include <array>
#include <utility>

namespace larder::courier {
namespace {

constexpr std::size_t kVersionAt = 4;
constexpr std::size_t kKindAt = 6;
constexpr std::size_t kNumberAt = 8;
constexpr std::size_t kNamespaceBytesAt = 16;
constexpr std::size_t kKeyBytesAt = 18;
constexpr std::size_t kTextBytesAt = 20;

/// By the number that stands for it in a `failed`.
constexpr std::array kFailureCodes = {ErrorCode::invalid_argument, ErrorCode::corrupt,
                                      ErrorCode::no_space,         ErrorCode::denied,
                                      ErrorCode::unavailable,      ErrorCode::io};

bool is_kind(std::uint16_t number) {
  const auto kind = static_cast<Kind>(number);
  return (kind >= Kind::fetch && kind <= Kind::stop) || (kind >= Kind::ack && kind <= Kind::report);
}

std::string take(util::ByteSpan& rest, std::size_t bytes) {
  std::string taken(util::as_text(rest.first(bytes)));
  rest = rest.subspan(bytes);
  return taken;
}

}  // namespace

util::ByteBuffer encode(const Message& message) {
  const std::size_t fixed = kHeaderBytes + message.ns.size() + message.key.size();
  const std::size_t text_bytes = std::min(message.text.size(), kMaxMessageBytes - fixed);
  util::ByteBuffer datagram;
  datagram.reserve(fixed + text_bytes);
  util::append(datagram, kMagic);
  util::append(datagram, kVersion);
  util::append(datagram, static_cast<std::uint16_t>(message.kind));
  util::append(datagram, message.number);
  util::append(datagram, static_cast<std::uint16_t>(message.ns.size()));
  util::append(datagram, static_cast<std::uint16_t>(message.key.size()));
  util::append(datagram, static_cast<std::uint32_t>(text_bytes));
  util::append(datagram, util::as_bytes(message.ns));
  util::append(datagram, util::as_bytes(message.key));
  util::append(datagram, util::as_bytes(message.text).first(text_bytes));
  return datagram;
}

Result<Message> decode(util::ByteSpan datagram) {
  const auto garbled = [] { return fail(ErrorCode::corrupt, "courier: a garbled message"); };
  if (datagram.size() < kKindAt || util::load<std::uint32_t>(datagram, 0) != kMagic) {
    return garbled();
  }
  if (util::load<std::uint16_t>(datagram, kVersionAt) != kVersion) {
    return fail(ErrorCode::unavailable, "courier: it speaks another version of the protocol");
  }
  if (datagram.size() < kHeaderBytes) return garbled();
  const auto kind = util::load<std::uint16_t>(datagram, kKindAt);
  const std::size_t ns_bytes = util::load<std::uint16_t>(datagram, kNamespaceBytesAt);
  const std::size_t key_bytes = util::load<std::uint16_t>(datagram, kKeyBytesAt);
  const std::size_t text_bytes = util::load<std::uint32_t>(datagram, kTextBytesAt);
  if (!is_kind(kind) || datagram.size() != kHeaderBytes + ns_bytes + key_bytes + text_bytes) {
    return garbled();
  }
  Message message = {.kind = static_cast<Kind>(kind),
                     .number = util::load<std::uint64_t>(datagram, kNumberAt)};
  util::ByteSpan rest = datagram.subspan(kHeaderBytes);
  message.ns = take(rest, ns_bytes);
  message.key = take(rest, key_bytes);
  message.text = take(rest, text_bytes);
  return message;
}

Message failure(const Error& error) {
  const auto at = std::ranges::find(kFailureCodes, error.code());
  return {.kind = Kind::failed,
          .number = static_cast<std::uint64_t>(at - kFailureCodes.begin()),
          .text = error.message()};
}

Error error_of(const Message& failed) {
  const bool is_known = failed.number < kFailureCodes.size();
  return {is_known ? kFailureCodes[failed.number] : ErrorCode::unavailable, failed.text};
}

}  // namespace larder::courier
