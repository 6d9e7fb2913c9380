#include "backend/s3/credentials/credentials_fixture.h"

namespace larder::s3 {
namespace {

using support::HttpExchange;
using support::HttpServer;

const std::string kRoles = "/latest/meta-data/iam/security-credentials/";

/// A stub of the metadata service, version 2 only.
class Instance : public CredentialsTest {
 protected:
  Instance() {
    set("AWS_EC2_METADATA_DISABLED", "false");
    set("AWS_EC2_METADATA_SERVICE_ENDPOINT", server_.url("/"));
  }

  void answer(HttpExchange& exchange) {
    const auto& request = exchange.request();
    if (request.method == "PUT" && request.target == "/latest/api/token") {
      const bool has_ttl = request.header("x-aws-ec2-metadata-token-ttl-seconds") == "21600";
      return exchange.respond(has_ttl ? session_status_ : 400, "HUSH-session");
    }
    if (request.header("x-aws-ec2-metadata-token") != "HUSH-session") {
      return exchange.respond(401, "HUSH-refusal");
    }
    if (request.target == kRoles) return exchange.respond(roles_status_, role_);
    if (request.target != kRoles + "builder") return exchange.respond(404, "HUSH-not-found");
    exchange.respond(200, endpoint_document("ASIA", std::chrono::hours(6)));
  }

  int session_status_ = 200;
  int roles_status_ = 200;
  std::string role_ = "builder\n";
  HttpServer server_{[this](HttpExchange& exchange) { answer(exchange); }};
};

TEST_F(Instance, AsksForASessionTheRoleAndItsCredentials) {
  const auto credentials = get().value();

  EXPECT_EQ(credentials->access_key, "ASIA");
  EXPECT_EQ(credentials->session_token, "HUSH-token");
  EXPECT_TRUE(credentials->expiry);
  EXPECT_EQ(server_.requests().size(), 3U);
  EXPECT_EQ(server_.connections(), 1U);
  EXPECT_TRUE(transport_.bypasses_proxy());
}

TEST_F(Instance, IsAtItsUsualAddresses) {
  set("AWS_EC2_METADATA_SERVICE_ENDPOINT", "");
  transport_.redirect("http://169.254.169.254", server_.url());
  ASSERT_TRUE(get());
  transport_.redirect("http://169.254.169.254", "http://127.0.0.1:1");
  transport_.redirect("http://[fd00:ec2::254]", server_.url());
  set("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6");
  ASSERT_TRUE(get());
}

TEST_F(Instance, IsNotAskedWhereThatIsDisabled) {
  set("AWS_EC2_METADATA_DISABLED", "True");

  EXPECT_EQ(error_of(get()).code(), ErrorCode::denied);
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(Instance, HasNoneOnAMachineWithoutTheService) {
  set("AWS_EC2_METADATA_SERVICE_ENDPOINT", "");
  transport_.redirect("http://169.254.169.254", "http://127.0.0.1:1");

  const Error error = error_of(get());

  EXPECT_EQ(error.code(), ErrorCode::denied);
  EXPECT_NE(error.message().find("the instance's metadata service"), std::string::npos);
}

TEST_F(Instance, HasNoneWhereSomethingElseAnswers) {
  set("AWS_EC2_METADATA_SERVICE_ENDPOINT", "");
  transport_.redirect("http://169.254.169.254", server_.url());
  session_status_ = 405;

  EXPECT_EQ(error_of(get()).code(), ErrorCode::denied);
}

TEST_F(Instance, CostsASecondWhereNobodyAnswers) {
  HttpServer silent([](HttpExchange& exchange) { exchange.stall(); });
  set("AWS_EC2_METADATA_SERVICE_ENDPOINT", "");
  transport_.redirect("http://169.254.169.254", silent.url());
  const auto started = std::chrono::steady_clock::now();

  EXPECT_EQ(error_of(get()).code(), ErrorCode::denied);

  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::milliseconds(1800));
}

TEST_F(Instance, FailsWhereItIsNamedAndDoesNotAnswer) {
  set("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1");

  EXPECT_EQ(error_of(get()).code(), ErrorCode::unavailable);
}

TEST_F(Instance, HasNoneWithoutARole) {
  roles_status_ = 404;
  EXPECT_NE(error_of(get()).message().find("no role"), std::string::npos);
  roles_status_ = 200;
  role_ = "";
  EXPECT_NE(error_of(get()).message().find("no role"), std::string::npos);
}

TEST_F(Instance, FailsWhereItDoesNotGiveTheRole) {
  roles_status_ = 500;
  EXPECT_EQ(error_of(get()).code(), ErrorCode::unavailable);
  roles_status_ = 200;
  role_ = "other";
  EXPECT_EQ(error_of(get()).code(), ErrorCode::denied);
}

}  // namespace
}  // namespace larder::s3
