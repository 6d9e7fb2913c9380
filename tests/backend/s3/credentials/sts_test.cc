#include "backend/s3/credentials/credentials_fixture.h"
#include "backend/s3/signer.h"

#include <atomic>

namespace larder::s3 {
namespace {

using support::HttpExchange;
using support::HttpServer;

/// A stub of STS that gives the credentials of a role, and counts them.
class Sts : public CredentialsTest {
 protected:
  Sts() { set("AWS_ENDPOINT_URL_STS", server_.url()); }

  void answer(HttpExchange& exchange) {
    const bool is_web = exchange.request().body.starts_with("Action=AssumeRoleWithWebIdentity&");
    const std::string action = is_web ? "AssumeRoleWithWebIdentity" : "AssumeRole";
    if (status_ != 200) return exchange.respond(status_, error_);
    exchange.respond(
        200, "<" + action + "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><" +
                 action + "Result><Credentials><AccessKeyId>ASIA" + std::to_string(++answers_) +
                 "</AccessKeyId><SecretAccessKey>HUSH-role</SecretAccessKey>"
                 "<SessionToken>HUSH-session</SessionToken><Expiration>" +
                 time_after(std::chrono::hours(1)) + "</Expiration></Credentials></" + action +
                 "Result></" + action + "Response>");
  }

  void write_role(const std::string& more) {
    write(".aws/config", "[default]\nrole_arn = arn:aws:iam::1:role/ci\n" + more +
                             "[profile keys]\naws_access_key_id = AKID\n"
                             "aws_secret_access_key = HUSH-key\n");
  }

  std::string form(std::size_t request) { return server_.requests().at(request).body; }

  std::atomic<int> status_ = 200;
  std::string error_;
  std::atomic<int> answers_ = 0;
  HttpServer server_{[this](HttpExchange& exchange) { answer(exchange); }};
};

TEST_F(Sts, TakesOnARoleWithTheKeysOfAnotherProfile) {
  write_role("source_profile = keys\n");

  const auto credentials = get().value();

  EXPECT_EQ(credentials->access_key, "ASIA1");
  EXPECT_EQ(credentials->secret_key, "HUSH-role");
  EXPECT_EQ(credentials->session_token, "HUSH-session");
  EXPECT_TRUE(credentials->expiry);
  EXPECT_EQ(form(0),
            "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fci"
            "&RoleSessionName=larder");
}

TEST_F(Sts, PassesOnWhatTheProfileSaysOfTheRole) {
  write_role(
      "source_profile = keys\nexternal_id = a&b\nrole_session_name = me\n"
      "duration_seconds = 900\n");

  ASSERT_TRUE(get());

  EXPECT_TRUE(form(0).ends_with("&RoleSessionName=me&ExternalId=a%26b&DurationSeconds=900"));
}

TEST_F(Sts, SignsWithTheSourcesKeysForItsRegion) {
  write_role("source_profile = keys\nregion = eu-west-3\n");

  ASSERT_TRUE(get());

  const auto received = server_.requests().at(0);
  sys::http::Request request = {
      .method = "POST",
      .url = server_.url("/"),
      .headers = {{.name = "Content-Type", .value = received.header("Content-Type")}}};
  sign(request, sha256_hex(util::as_bytes(received.body)),
       {.access_key = "AKID", .secret_key = "HUSH-key"},
       {.region = "eu-west-3", .service = "sts", .time = clock_.now()});
  EXPECT_EQ(received.header("Authorization"), find_header(request.headers, "Authorization"));
}

TEST_F(Sts, TakesOnARoleByARole) {
  write(".aws/config",
        "[default]\nrole_arn = arn:outer\nsource_profile = inner\n"
        "[profile inner]\nrole_arn = arn:inner\nsource_profile = keys\n"
        "[profile keys]\naws_access_key_id = AKID\naws_secret_access_key = HUSH-key\n");

  EXPECT_EQ(get().value()->access_key, "ASIA2");

  EXPECT_NE(form(0).find("arn%3Ainner"), std::string::npos);
  EXPECT_NE(form(1).find("arn%3Aouter"), std::string::npos);
  EXPECT_NE(server_.requests().at(1).header("Authorization").find("Credential=ASIA1/"),
            std::string::npos);
  EXPECT_EQ(server_.requests().at(1).header("x-amz-security-token"), "HUSH-session");
}

TEST_F(Sts, TakesOnARoleWithTheProfilesOwnKeysIfItNamesItself) {
  write(".aws/config",
        "[default]\nrole_arn = arn:role\nsource_profile = default\naws_access_key_id = AKID\n"
        "aws_secret_access_key = HUSH-key\n");

  EXPECT_EQ(get().value()->access_key, "ASIA1");
}

TEST_F(Sts, RefusesProfilesThatLeadBackToThemselves) {
  write(".aws/config",
        "[default]\nrole_arn = arn:a\nsource_profile = b\n"
        "[profile b]\nrole_arn = arn:b\nsource_profile = c\n"
        "[profile c]\nrole_arn = arn:c\nsource_profile = b\n");

  const Error error = error_of(get());

  EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
  EXPECT_NE(error.message().find("leads back to \"b\""), std::string::npos) << error.message();
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(Sts, RefusesAProfileThatIsItsOwnSourceWithoutKeys) {
  write(".aws/config", "[default]\nrole_arn = arn:a\nsource_profile = default\n");

  EXPECT_NE(error_of(get()).message().find("leads back to \"default\""), std::string::npos);
}

TEST_F(Sts, RefusesAChainOfProfilesWithoutEnd) {
  std::string config = "[default]\nrole_arn = arn:r\nsource_profile = p1\n";
  for (int i = 1; i < 20; ++i) {
    config += "[profile p" + std::to_string(i) + "]\nrole_arn = arn:r\nsource_profile = p" +
              std::to_string(i + 1) + "\n";
  }
  write(".aws/config", config);

  EXPECT_NE(error_of(get()).message().find("too long"), std::string::npos);
}

TEST_F(Sts, RefusesASourceProfileThatIsNotThere) {
  write_role("source_profile = typo\n");

  const Error error = error_of(get());

  EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
  EXPECT_NE(error.message().find("\"typo\""), std::string::npos);
}

TEST_F(Sts, RefusesARoleWithNoSourceOrTwo) {
  write_role("");
  EXPECT_EQ(error_of(get()).code(), ErrorCode::invalid_argument);
  write_role("source_profile = keys\ncredential_source = Environment\n");
  EXPECT_EQ(error_of(get()).code(), ErrorCode::invalid_argument);
  write_role("credential_source = Elsewhere\n");
  EXPECT_EQ(error_of(get()).code(), ErrorCode::invalid_argument);
}

TEST_F(Sts, RefusesARoleThatWantsACode) {
  write_role("source_profile = keys\nmfa_serial = arn:mfa\n");

  EXPECT_NE(error_of(get()).message().find("mfa_serial"), std::string::npos);
}

TEST_F(Sts, RefusesADurationThatIsNoNumber) {
  write_role("source_profile = keys\nduration_seconds = 1h\n");

  EXPECT_EQ(error_of(get()).code(), ErrorCode::invalid_argument);
}

TEST_F(Sts, TakesOnARoleWithTheKeysOfTheEnvironment) {
  set("AWS_ACCESS_KEY_ID", "of-environment");
  set("AWS_SECRET_ACCESS_KEY", "HUSH-key");
  write_role("credential_source = Environment\n");
  options_.profile = "default";

  EXPECT_EQ(get().value()->access_key, "ASIA1");

  EXPECT_NE(server_.requests().at(0).header("Authorization").find("=of-environment/"),
            std::string::npos);
}

TEST_F(Sts, SaysWhatTheCredentialSourceLacks) {
  write_role("credential_source = EcsContainer\n");

  const Error error = error_of(get());

  EXPECT_EQ(error.code(), ErrorCode::denied);
  EXPECT_NE(error.message().find("AWS_CONTAINER_CREDENTIALS_"), std::string::npos);
}

TEST_F(Sts, TellsTheCodeOfARefusalAndNotItsMessage) {
  write_role("source_profile = keys\n");
  status_ = 403;
  error_ =
      "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>the canonical "
      "string was x-amz-security-token:HUSH</Message></Error></ErrorResponse>";

  const Error error = error_of(get());

  EXPECT_EQ(error.code(), ErrorCode::denied);
  EXPECT_NE(error.message().find("403 SignatureDoesNotMatch"), std::string::npos);
}

TEST_F(Sts, TellsNoCodeThatIsNone) {
  write_role("source_profile = keys\n");
  status_ = 400;
  error_ = "<ErrorResponse><Error><Code>the token HUSH is bad</Code></Error></ErrorResponse>";

  EXPECT_EQ(error_of(get()).code(), ErrorCode::denied);
}

TEST_F(Sts, CallsFailuresThatPassUnavailable) {
  write_role("source_profile = keys\n");
  status_ = 503;
  EXPECT_EQ(error_of(get()).code(), ErrorCode::unavailable);
  status_ = 400;
  error_ = "<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>";
  EXPECT_EQ(error_of(get()).code(), ErrorCode::unavailable);
}

TEST_F(Sts, CallsAnAnswerWithoutCredentialsUnavailable) {
  HttpServer server([](HttpExchange& exchange) { exchange.respond(200, "<a>HUSH</a>"); });
  set("AWS_ENDPOINT_URL_STS", server.url());
  write_role("source_profile = keys\n");

  EXPECT_EQ(error_of(get()).code(), ErrorCode::unavailable);
}

TEST_F(Sts, AsksTheRegionsOwnEndpoint) {
  write_role("source_profile = keys\n");
  set("AWS_ENDPOINT_URL_STS", "");
  const auto expect_asked_at = [&](const std::string& url) {
    transport_.redirect(url, server_.url("/"));
    EXPECT_TRUE(get()) << url;
  };

  expect_asked_at("https://sts.us-east-1.amazonaws.com/");
  set("AWS_DEFAULT_REGION", "eu-west-1");
  expect_asked_at("https://sts.eu-west-1.amazonaws.com/");
  set("AWS_REGION", "cn-north-1");
  expect_asked_at("https://sts.cn-north-1.amazonaws.com.cn/");
  options_.region = "eu-north-1";
  expect_asked_at("https://sts.eu-north-1.amazonaws.com/");
  set("AWS_ENDPOINT_URL", "https://everything.test");
  expect_asked_at("https://everything.test/");
}

TEST_F(Sts, TakesOnARoleByTheTokenOfAFile) {
  write("token", "HUSH.jwt/+\n");
  set("AWS_WEB_IDENTITY_TOKEN_FILE", home_.file("token"));
  set("AWS_ROLE_ARN", "arn:web");
  set("AWS_ROLE_SESSION_NAME", "runner-7");

  EXPECT_EQ(get().value()->access_key, "ASIA1");

  EXPECT_EQ(form(0),
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aweb"
            "&RoleSessionName=runner-7&WebIdentityToken=HUSH.jwt%2F%2B");
  EXPECT_EQ(server_.requests().at(0).header("Authorization"), "");
}

TEST_F(Sts, ReadsTheTokenAnewForEachRefresh) {
  write("token", "HUSH-1");
  set("AWS_WEB_IDENTITY_TOKEN_FILE", home_.file("token"));
  set("AWS_ROLE_ARN", "arn:web");
  const auto source = make_source().value();
  ASSERT_TRUE(source->get());

  write("token", "HUSH-2");
  clock_.advance(std::chrono::minutes(56));

  EXPECT_EQ(source->get().value()->access_key, "ASIA2");
  EXPECT_TRUE(form(1).ends_with("HUSH-2"));
}

TEST_F(Sts, TakesOnAProfilesRoleByTheTokenOfAFile) {
  write("token", "HUSH-token");
  write_role("web_identity_token_file = " + home_.file("token") + "\nrole_session_name = me\n");

  EXPECT_EQ(get().value()->access_key, "ASIA1");

  EXPECT_TRUE(form(0).ends_with("&RoleSessionName=me&WebIdentityToken=HUSH-token"));
}

TEST_F(Sts, RefusesATokenFileWithoutARole) {
  set("AWS_WEB_IDENTITY_TOKEN_FILE", home_.file("token"));
  EXPECT_EQ(error_of(get()).code(), ErrorCode::invalid_argument);
  set("AWS_WEB_IDENTITY_TOKEN_FILE", "");
  write(".aws/config", "[default]\nweb_identity_token_file = /nowhere\n");
  EXPECT_EQ(error_of(get()).code(), ErrorCode::invalid_argument);
}

TEST_F(Sts, ReportsATokenFileThatIsNotThereOrEmpty) {
  set("AWS_WEB_IDENTITY_TOKEN_FILE", home_.file("token"));
  set("AWS_ROLE_ARN", "arn:web");
  EXPECT_EQ(error_of(get()).code(), ErrorCode::unavailable);
  write("token", "\n");
  EXPECT_EQ(error_of(get()).code(), ErrorCode::invalid_argument);
}

TEST_F(Sts, ReportsAnEndpointThatIsAway) {
  write("token", "HUSH-token");
  set("AWS_WEB_IDENTITY_TOKEN_FILE", home_.file("token"));
  set("AWS_ROLE_ARN", "arn:web");
  set("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1");

  EXPECT_EQ(error_of(get()).code(), ErrorCode::unavailable);
}

}  // namespace
}  // namespace larder::s3
