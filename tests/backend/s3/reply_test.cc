#include "backend/s3/reply.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace larder::s3 {
namespace {

Reply reply_with(int status, std::string_view code, sys::http::Headers headers = {}) {
  const std::string body = "<Error><Code>" + std::string(code) + "</Code></Error>";
  const util::ByteSpan bytes = util::as_bytes(body);
  return reply_of({.status = status,
                   .headers = std::move(headers),
                   .body = util::ByteBuffer(bytes.begin(), bytes.end())});
}

ErrorCode code_of(int status, std::string_view code) {
  return error_of(reply_with(status, code), "try").code();
}

TEST(S3Reply, IsAnErrorByItsStatusOrByItsDocument) {
  EXPECT_FALSE(reply_of({.status = 200}).error);
  EXPECT_FALSE(reply_of({.status = 204}).error);
  EXPECT_TRUE(reply_of({.status = 304}).error);
  EXPECT_TRUE(reply_of({.status = 500}).error);
  EXPECT_TRUE(reply_with(200, "InternalError").has_failed_with("InternalError"));
}

TEST(S3Reply, TellsWhatTheCallerCanDo) {
  EXPECT_EQ(code_of(403, "AccessDenied"), ErrorCode::denied);
  EXPECT_EQ(code_of(403, "SignatureDoesNotMatch"), ErrorCode::denied);
  EXPECT_EQ(code_of(400, "ExpiredToken"), ErrorCode::denied);
  EXPECT_EQ(code_of(401, ""), ErrorCode::denied);
  EXPECT_EQ(code_of(404, "NoSuchBucket"), ErrorCode::unavailable);
  EXPECT_EQ(code_of(503, "SlowDown"), ErrorCode::unavailable);
  EXPECT_EQ(code_of(500, ""), ErrorCode::unavailable);
  EXPECT_EQ(code_of(409, "OperationAborted"), ErrorCode::unavailable);
  EXPECT_EQ(code_of(200, "InternalError"), ErrorCode::unavailable);
  EXPECT_EQ(code_of(307, "TemporaryRedirect"), ErrorCode::unavailable);
  EXPECT_EQ(code_of(301, "PermanentRedirect"), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of(400, "InvalidBucketName"), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of(501, "NotImplemented"), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of(403, "QuotaExceeded"), ErrorCode::no_space);
  EXPECT_EQ(code_of(400, "EntityTooLarge"), ErrorCode::no_space);
  EXPECT_EQ(code_of(507, ""), ErrorCode::no_space);
}

TEST(S3Reply, SaysWhetherTryingAgainCanHelp) {
  EXPECT_EQ(remedy_for(reply_of({.status = 200})), Remedy::none);
  for (const int status : {500, 502, 503, 504, 408}) {
    EXPECT_EQ(remedy_for(reply_with(status, "")), Remedy::retry) << status;
  }
  EXPECT_EQ(remedy_for(reply_with(429, "")), Remedy::slow_down);
  EXPECT_EQ(remedy_for(reply_with(503, "SlowDown")), Remedy::slow_down);
  EXPECT_EQ(remedy_for(reply_with(400, "RequestTimeout")), Remedy::retry);
  EXPECT_EQ(remedy_for(reply_with(409, "OperationAborted")), Remedy::retry);
  EXPECT_EQ(remedy_for(reply_with(400, "ExpiredToken")), Remedy::renew);
  for (const int status : {301, 307, 400, 403, 404, 409, 412, 501}) {
    EXPECT_EQ(remedy_for(reply_with(status, "Whatever")), Remedy::none) << status;
  }
}

TEST(S3Reply, NamesTheRegionAndTheHostToSet) {
  const Reply malformed = reply_of(
      {.status = 400, .body = [] {
         const auto bytes = util::as_bytes(
             "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>");
         return util::ByteBuffer(bytes.begin(), bytes.end());
       }()});
  EXPECT_EQ(error_of(malformed, "get x").message(),
            "get x: the service answers 400 AuthorizationHeaderMalformed; set region to "
            "\"eu-west-1\"");
  EXPECT_EQ(error_of(reply_with(307, "TemporaryRedirect", {{"Location", "http://h/"}}), "put x")
                .message(),
            "put x: the service answers 307 TemporaryRedirect; the service names http://h/, set "
            "endpoint to its host");
}

TEST(S3Reply, RepeatsNothingUnprintableOrEndless) {
  Reply reply = reply_of({.status = 400});
  reply.error->code = "Odd\n\x1b[31m";
  reply.error->message = std::string(10'000, 'x');

  const std::string message = error_of(reply, "get x").message();

  EXPECT_NE(message.find("400 Odd  [31m, xxx"), std::string::npos);
  EXPECT_LT(message.size(), 500U);
}

}  // namespace
}  // namespace larder::s3
