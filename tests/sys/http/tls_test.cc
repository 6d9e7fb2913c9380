#include "support/data.h"
#include "support/temp_dir.h"
#include "sys/http/http_fixture.h"
#include "sys/http/transport.h"

#include <gtest/gtest.h>

namespace larder::sys::http {
namespace {

using support::HttpExchange;
using support::HttpServer;
using support::make_certificate;

TEST(HttpTls, TrustsTheCaFile) {
  const support::TempDir dir;
  const auto certificate = make_certificate(dir.file("own.pem"));
  HttpServer server(say_hello, {.certificate_file = certificate});
  const auto transport = transport_with({.ca_file = certificate});
  const auto bytes = support::noise(4 << 20);

  ASSERT_TRUE(transport->send(put_request(server.url("/"), bytes)));
  EXPECT_EQ(body_of(transport->send(get_request(server.url("/"))).value()), "hello");

  EXPECT_EQ(server.requests().at(0).body, support::text_of(bytes));
  EXPECT_EQ(server.connections(), 1U);
}

TEST(HttpTls, OpensAnotherConnectionWhereTheServerClosedTheIdleOne) {
  const support::TempDir dir;
  const auto certificate = make_certificate(dir.file("own.pem"));
  HttpServer server(say_hello, {.certificate_file = certificate});
  const auto transport = transport_with({.ca_file = certificate});
  const auto bytes = support::noise(1 << 20);

  ASSERT_TRUE(transport->send(get_request(server.url("/"))));
  server.close_connections();
  ASSERT_TRUE(transport->send(put_request(server.url("/"), bytes)));

  EXPECT_EQ(server.requests().size(), 2U);
  EXPECT_EQ(transport->counts().connections, 2U);
}

TEST(HttpTls, RefusesACertificateOfAnotherCa) {
  const support::TempDir dir;
  HttpServer server(say_hello, {.certificate_file = make_certificate(dir.file("own.pem"))});
  const auto transport = transport_with({.ca_file = make_certificate(dir.file("other.pem"))});

  const auto response = transport->send(get_request(server.url("/")));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::denied) << response.error().message();
  EXPECT_TRUE(server.requests().empty());
}

TEST(HttpTls, RefusesACertificateTheSystemDoesNotKnow) {
  const support::TempDir dir;
  HttpServer server(say_hello, {.certificate_file = make_certificate(dir.file("own.pem"))});

  const auto response = transport_with()->send(get_request(server.url("/")));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::denied) << response.error().message();
}

TEST(HttpTls, RefusesACertificateOfAnotherHost) {
  const support::TempDir dir;
  const auto certificate = make_certificate(dir.file("own.pem"));
  HttpServer server(say_hello, {.certificate_file = certificate});

  // The certificate is for 127.0.0.1, which is where this goes too.
  const auto response =
      transport_with({.ca_file = certificate})
          ->send(get_request("https://localhost:" + std::to_string(server.port()) + "/"));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::denied) << response.error().message();
}

TEST(HttpTls, RefusesACaFileThatIsNotThere) {
  const support::TempDir dir;

  const auto transport = make_transport({.ca_file = dir.file("absent.pem")});

  ASSERT_FALSE(transport);
  EXPECT_NE(transport.error().message().find("absent.pem"), std::string::npos);
}

TEST(HttpTls, CallsACaFileWithoutCertificatesInvalid) {
  const support::TempDir dir;
  HttpServer server(say_hello, {.certificate_file = make_certificate(dir.file("own.pem"))});
  support::make_file(dir.file("text.pem"), util::as_bytes("no certificate\n"));

  const auto response =
      transport_with({.ca_file = dir.file("text.pem")})->send(get_request(server.url("/")));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::invalid_argument) << response.error().message();
}

TEST(HttpTls, SurvivesAServerThatBreaksAnUpload) {
  const support::TempDir dir;
  const auto certificate = make_certificate(dir.file("own.pem"));
  HttpServer server([](HttpExchange& exchange) { exchange.reset(); },
                    {.certificate_file = certificate, .answers_before_body = true});
  const auto bytes = support::noise(32 << 20);

  const auto response =
      transport_with({.ca_file = certificate})->send(put_request(server.url("/"), bytes));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::unavailable) << response.error().message();
}

}  // namespace
}  // namespace larder::sys::http
