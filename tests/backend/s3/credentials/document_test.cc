#include "backend/s3/credentials/document.h"

#include <gtest/gtest.h>

#include <string>

namespace larder::s3 {
namespace {

std::optional<std::int64_t> seconds_of(std::string_view text) {
  const auto time = parse_expiration(text);
  if (!time) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::seconds>(time->time_since_epoch()).count();
}

TEST(CredentialsDocument, ReadsTimesInUtcAndElsewhere) {
  EXPECT_EQ(seconds_of("2020-01-01T00:00:00Z"), 1'577'836'800);
  EXPECT_EQ(seconds_of("2020-01-01T00:00:00.123Z"), 1'577'836'800);
  EXPECT_EQ(seconds_of("2020-01-01T00:00:00+00:00"), 1'577'836'800);
  EXPECT_EQ(seconds_of("2020-01-01T01:30:00.5+0130"), 1'577'836'800);
  EXPECT_EQ(seconds_of("2019-12-31T16:00:00-08:00"), 1'577'836'800);
}

TEST(CredentialsDocument, TakesNoOtherTextForATime) {
  for (const std::string text :
       {"", "soon", "2020-01-01", "2020-01-01T00:00:00", "2020-13-01T00:00:00Z",
        "2020-01-01T00:00:00+1", "2020-01-01T00:00:00+aa:bb", "2020-01-01T00:00:00+",
        "2020-01-01T00:00:00Z+01:00"}) {
    EXPECT_FALSE(parse_expiration(text)) << text;
  }
}

TEST(CredentialsDocument, ReadsWhatAProcessPrints) {
  const auto credentials = parse_process_document(R"({"Version": 1, "AccessKeyId": "a",
      "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "2020-01-01T00:00:00Z"})")
                               .value();

  EXPECT_EQ(credentials.access_key, "a");
  EXPECT_EQ(credentials.secret_key, "s");
  EXPECT_EQ(credentials.session_token, "t");
  EXPECT_TRUE(credentials.expiry);
}

TEST(CredentialsDocument, NeedsNeitherTokenNorExpiration) {
  const auto credentials =
      parse_process_document(R"({"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "s",
                                 "SessionToken": null, "Expiration": null})")
          .value();

  EXPECT_EQ(credentials.session_token, "");
  EXPECT_FALSE(credentials.expiry);
}

TEST(CredentialsDocument, RefusesOtherDocumentsWithoutTellingThem) {
  for (const std::string text :
       {"", "HUSH", "[\"HUSH\"]", R"({"Version": 1, "AccessKeyId": "HUSH)",
        R"({"Version": 2, "AccessKeyId": "a", "SecretAccessKey": "HUSH"})",
        R"({"AccessKeyId": "a", "SecretAccessKey": "HUSH"})",
        R"({"Version": 1, "SecretAccessKey": "HUSH"})",
        R"({"Version": 1, "AccessKeyId": ["HUSH"], "SecretAccessKey": "HUSH"})",
        R"({"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "s", "Expiration": "HUSH"})",
        R"({"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "s", "Expiration": 12})"}) {
    const auto credentials = parse_process_document(text);

    ASSERT_FALSE(credentials) << text;
    EXPECT_EQ(credentials.error().code(), ErrorCode::invalid_argument);
    EXPECT_EQ(credentials.error().message().find("HUSH"), std::string::npos);
  }
}

}  // namespace
}  // namespace larder::s3
