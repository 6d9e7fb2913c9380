#include "backend/s3/credentials/credentials_fixture.h"

namespace larder::s3 {
namespace {

using support::HttpExchange;
using support::HttpServer;

class Container : public CredentialsTest {
 protected:
  HttpServer server_{[this](HttpExchange& exchange) {
    exchange.respond(
        status_, status_ == 200 ? endpoint_document("ASIA", std::chrono::hours(1)) : "HUSH-answer");
  }};
  int status_ = 200;
};

TEST_F(Container, AsksTheFullUriWithTheToken) {
  set("AWS_CONTAINER_CREDENTIALS_FULL_URI", server_.url("/creds?a=b"));
  set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "HUSH-auth");

  const auto credentials = get().value();

  EXPECT_EQ(credentials->access_key, "ASIA");
  EXPECT_EQ(credentials->secret_key, "HUSH-key");
  EXPECT_EQ(credentials->session_token, "HUSH-token");
  EXPECT_TRUE(credentials->expiry);
  EXPECT_EQ(server_.requests().at(0).target, "/creds?a=b");
  EXPECT_EQ(server_.requests().at(0).header("Authorization"), "HUSH-auth");
  EXPECT_TRUE(transport_.bypasses_proxy());
}

TEST_F(Container, TakesTheTokenOfTheFileFirst) {
  write("token", "HUSH-of-file\n");
  set("AWS_CONTAINER_CREDENTIALS_FULL_URI", server_.url("/"));
  set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "HUSH-other");
  set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", home_.file("token"));

  ASSERT_TRUE(get());

  EXPECT_EQ(server_.requests().at(0).header("Authorization"), "HUSH-of-file");
}

TEST_F(Container, AsksWithoutATokenWhereThereIsNone) {
  set("AWS_CONTAINER_CREDENTIALS_FULL_URI", server_.url("/"));

  ASSERT_TRUE(get());

  EXPECT_EQ(server_.requests().at(0).header("Authorization"), "");
}

TEST_F(Container, AsksTheRelativeUriFirst) {
  transport_.redirect("http://169.254.170.2", server_.url());
  set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/id");
  set("AWS_CONTAINER_CREDENTIALS_FULL_URI", server_.url("/full"));

  ASSERT_TRUE(get());

  EXPECT_EQ(server_.requests().at(0).target, "/v2/credentials/id");
}

TEST_F(Container, SendsNoTokenInTheClearToAnotherMachine) {
  set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "HUSH-auth");
  for (const std::string uri :
       {"http://example.test/", "http://10.0.0.1/", "http://169.254.169.254/",
        "http://127.0.0.1@example.test/", "http://127.0.0.1:80@example.test/",
        "http://127.0.0.1.example.test/", "http://localhost.example.test/", "http://127.1/",
        "HTTP://example.test/", "ftp://127.0.0.1/", "127.0.0.1/", "http://example.test#127.0.0.1/",
        "http://127.0.0.1\\@example.test/", "http://127.0.0.1#@example.test/", "http://[::2]/"}) {
    transport_.redirect(uri, server_.url("/"));
    set("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri);

    EXPECT_EQ(error_of(get()).code(), ErrorCode::invalid_argument) << uri;
  }
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(Container, AsksWhatIsEncryptedOrWithinTheMachine) {
  for (const std::string uri :
       {"https://example.test/", "http://127.0.0.2:1234/", "http://localhost/", "http://[::1]/",
        "http://[::1]:80/", "http://169.254.170.2/", "http://169.254.170.23/v1",
        "http://[fd00:ec2::23]/v1"}) {
    transport_.redirect(uri, server_.url("/"));
    set("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri);

    EXPECT_TRUE(get()) << uri;
  }
}

TEST_F(Container, RefusesARelativeUriThatIsNone) {
  set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "@example.test/");

  EXPECT_EQ(error_of(get()).code(), ErrorCode::invalid_argument);
}

TEST_F(Container, ReportsARefusal) {
  set("AWS_CONTAINER_CREDENTIALS_FULL_URI", server_.url("/"));

  status_ = 403;
  EXPECT_EQ(error_of(get()).code(), ErrorCode::denied);
  status_ = 500;
  EXPECT_EQ(error_of(get()).code(), ErrorCode::unavailable);
}

TEST_F(Container, ReportsAnAnswerThatIsNoDocument) {
  HttpServer server([](HttpExchange& exchange) { exchange.respond(200, "{\"HUSH\""); });
  set("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.url("/"));

  EXPECT_EQ(error_of(get()).code(), ErrorCode::unavailable);
}

TEST_F(Container, RefusesATokenThatWouldEndItsHeader) {
  set("AWS_CONTAINER_CREDENTIALS_FULL_URI", server_.url("/"));
  set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "HUSH\r\nX-Other: 1");

  EXPECT_EQ(error_of(get()).code(), ErrorCode::invalid_argument);
}

TEST_F(Container, DoesNotPassOnWhereItFails) {
  set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/");
  set("AWS_EC2_METADATA_DISABLED", "");
  transport_.redirect("http://169.254.169.254", server_.url());

  EXPECT_EQ(error_of(get()).code(), ErrorCode::unavailable);
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(Container, RefreshesBeforeTheyExpire) {
  set("AWS_CONTAINER_CREDENTIALS_FULL_URI", server_.url("/"));
  const auto source = make_source().value();

  ASSERT_TRUE(source->get());
  ASSERT_TRUE(source->get());
  EXPECT_EQ(server_.requests().size(), 1U);
  clock_.advance(std::chrono::minutes(56));
  status_ = 500;
  EXPECT_TRUE(source->get());
  EXPECT_EQ(server_.requests().size(), 2U);
  clock_.advance(std::chrono::minutes(5));
  EXPECT_EQ(error_of(source->get()).code(), ErrorCode::unavailable);
}

}  // namespace
}  // namespace larder::s3
