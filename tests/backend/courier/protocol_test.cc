#include "backend/courier/protocol.h"

#include "support/data.h"
#include "util/hex.h"

#include <gtest/gtest.h>

namespace larder::courier {
namespace {

Message sample() {
  return {.kind = Kind::fetch, .number = 1, .ns = "compile", .key = "\x01\x02", .text = "x"};
}

TEST(Protocol, KeepsTheBytesOfVersion1) {
  const util::ByteBuffer datagram = encode(sample());

  EXPECT_EQ(util::to_hex(datagram),
            "894c4331"  // magic
            "0100"
            "0100"              // version, kind
            "0100000000000000"  // number
            "0700"
            "0200"
            "01000000"
            "636f6d70696c65"
            "0102"
            "78");
}

TEST(Protocol, ReadsWhatItHasWritten) {
  const auto message = decode(encode(sample()));

  ASSERT_TRUE(message);
  EXPECT_EQ(message->kind, Kind::fetch);
  EXPECT_EQ(message->number, 1U);
  EXPECT_EQ(message->ns, "compile");
  EXPECT_EQ(message->key, "\x01\x02");
  EXPECT_EQ(message->text, "x");
}

TEST(Protocol, RefusesEveryPartOfAMessage) {
  const util::ByteBuffer datagram = encode(sample());

  for (std::size_t bytes = 0; bytes < datagram.size(); ++bytes) {
    EXPECT_FALSE(decode(util::ByteSpan(datagram).first(bytes))) << bytes << " bytes";
  }
}

TEST(Protocol, RefusesWhatFollowsAMessage) {
  util::ByteBuffer datagram = encode(sample());
  datagram.push_back(std::byte{0});

  EXPECT_FALSE(decode(datagram));
}

TEST(Protocol, RefusesKindsThatThereAreNot) {
  for (const int kind : {0, 6, 15, 21, 0xffff}) {
    Message message = sample();
    message.kind = static_cast<Kind>(kind);

    EXPECT_FALSE(decode(encode(message))) << kind;
  }
}

TEST(Protocol, TellsAnotherVersionFromGarbage) {
  util::ByteBuffer datagram = encode(sample());
  util::store<std::uint16_t>(datagram, 4, kVersion + 1);

  const auto other = decode(datagram);
  const auto garbage = decode(support::noise(64));

  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code(), ErrorCode::unavailable);
  ASSERT_FALSE(garbage);
  EXPECT_EQ(garbage.error().code(), ErrorCode::corrupt);
}

TEST(Protocol, CutsOffATextThatIsTooLong) {
  const util::ByteBuffer datagram =
      encode({.kind = Kind::report, .text = std::string(2 * kMaxMessageBytes, 'x')});

  EXPECT_EQ(datagram.size(), kMaxMessageBytes);
  EXPECT_TRUE(decode(datagram));
}

TEST(Protocol, CarriesAnErrorsCodeAndMessage) {
  for (const ErrorCode code : {ErrorCode::invalid_argument, ErrorCode::corrupt, ErrorCode::no_space,
                               ErrorCode::denied, ErrorCode::unavailable, ErrorCode::io}) {
    const auto message = decode(encode(failure(Error(code, "why"))));

    ASSERT_TRUE(message);
    EXPECT_EQ(error_of(*message).code(), code);
    EXPECT_EQ(error_of(*message).message(), "why");
  }
}

}  // namespace
}  // namespace larder::courier
