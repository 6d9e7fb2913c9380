#pragma once

#include "util/bytes.h"
#include <larder/result.h>

#include <optional>
#include <string>

#include <cstddef>
#include <cstdint>

/// Version 1 of what is said over a courier's socket: doc/format/courier.md. Integers are
/// little-endian; one message is one datagram of a SOCK_SEQPACKET socket.
///
///   message = magic:4 version:u16 kind:u16 number:u64
///             namespace-bytes:u16 key-bytes:u16 text-bytes:u32 namespace key text
///   request = fetch | push | status | flush | stop
///   answer  = found | absent | failed | report
///
/// Each request is answered, and before that acknowledged (`ack`) unless the answer is there at
/// once. A client says the next thing when it has its answer. What a kind does not use is zero.
namespace larder::courier {

inline constexpr std::uint32_t kMagic = 0x31434c89;  // 89 'L' 'C' '1'
inline constexpr std::uint16_t kVersion = 1;
inline constexpr std::size_t kHeaderBytes = 24;
inline constexpr std::size_t kMaxMessageBytes = std::size_t{64} << 10;

enum class Kind : std::uint16_t {
  fetch = 1,    ///< The pack of namespace and key; `number` is a Reach.
  push = 2,     ///< `text` names a new file of the spool, which has this namespace and key.
  status = 3,   ///< A report, please.
  flush = 4,    ///< A report once the spool is empty or cannot be emptied.
  stop = 5,     ///< End. The answer is a report; the end of the connection is the courier's.
  ack = 16,     ///< Understood; the answer follows.
  found = 17,   ///< The pack's descriptor comes along; `number` is its length in bytes.
  absent = 18,  ///< There is no such entry; also how a push ends.
  failed = 19,  ///< `number` is a code of kFailureCodes, `text` says why.
  report = 20,  ///< `text` is JSON.
};

/// Where a fetch looks.
enum class Reach : std::uint64_t {
  all = 0,           ///< In every tier; the ones before the hit are backfilled.
  beyond_disks = 1,  ///< Only in the tiers behind the leading disks.
};

/// One message. A value.
struct Message {
  Kind kind = Kind::ack;
  std::uint64_t number = 0;
  std::string ns = {};   ///< A namespace's path.
  std::string key = {};  ///< A key's bytes.
  std::string text = {};
};

/// The datagram. `text` is cut off where the whole would be longer than kMaxMessageBytes.
util::ByteBuffer encode(const Message& message);

/// Reads a datagram. Errors: unavailable (another version's), corrupt (no message at all).
Result<Message> decode(util::ByteSpan datagram);

/// The `failed` that tells of an error.
Message failure(const Error& error);

/// The error that a `failed` tells of.
Error error_of(const Message& failed);

}  // namespace larder::courier
