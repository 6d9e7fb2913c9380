#include "support/data.h"
#include "support/temp_dir.h"
#include "sys/http/http_fixture.h"
#include "sys/http/transport.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

namespace larder::sys::http {
namespace {

using support::HttpExchange;
using support::HttpServer;

TEST(HttpReuse, KeepsOneConnectionForManyRequests) {
  HttpServer server(say_hello);
  const auto transport = transport_with();

  for (int i = 0; i < 50; ++i) ASSERT_TRUE(transport->send(get_request(server.url("/"))));

  EXPECT_EQ(transport->counts().requests, 50U);
  EXPECT_EQ(transport->counts().connections, 1U);
  EXPECT_EQ(server.connections(), 1U);
}

TEST(HttpReuse, SharesConnectionsAmongThreads) {
  HttpServer server(say_hello);
  const auto transport = transport_with();

  for (int i = 0; i < 8; ++i) {
    std::thread([&] { ASSERT_TRUE(transport->send(get_request(server.url("/")))); }).join();
  }

  EXPECT_EQ(server.connections(), 1U);
}

TEST(HttpReuse, NeedsNoMoreConnectionsThanRequestsAtOnce) {
  constexpr int kThreads = 6;
  HttpServer server(say_hello);
  const auto transport = transport_with();
  std::vector<std::thread> threads;

  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 40; ++j) ASSERT_TRUE(transport->send(get_request(server.url("/"))));
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_LE(server.connections(), static_cast<std::size_t>(kThreads));
  EXPECT_EQ(transport->counts().connections, server.connections());
  EXPECT_EQ(transport->counts().requests, 240U);
}

TEST(HttpReuse, KeepsNoMoreIdleConnectionsThanAsked) {
  std::latch all_are_there(3);
  HttpServer server([&](HttpExchange& exchange) {
    if (exchange.request().target == "/together") all_are_there.arrive_and_wait();
    say_hello(exchange);
  });
  const auto transport = transport_with({.max_idle_connections = 1});
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back(
        [&] { ASSERT_TRUE(transport->send(get_request(server.url("/together")))); });
  }
  for (std::thread& thread : threads) thread.join();

  for (int i = 0; i < 3; ++i) ASSERT_TRUE(transport->send(get_request(server.url("/"))));

  EXPECT_EQ(server.connections(), 3U);
  server.close_connections();
}

TEST(HttpReuse, KeepsTheConnectionAfterARefusal) {
  HttpServer server([](HttpExchange& exchange) { exchange.respond(404, "missing"); });
  const auto transport = transport_with();

  ASSERT_TRUE(transport->send(get_request(server.url("/"))));
  ASSERT_TRUE(transport->send({.method = "HEAD", .url = server.url("/")}));
  ASSERT_TRUE(transport->send(put_request(server.url("/"), support::noise(100))));

  EXPECT_EQ(server.connections(), 1U);
}

TEST(HttpReuse, OpensAnotherWhereTheServerClosedTheIdleOne) {
  HttpServer server(say_hello);
  const auto transport = transport_with();
  const auto bytes = support::noise(1 << 20);

  ASSERT_TRUE(transport->send(get_request(server.url("/"))));
  server.close_connections();
  ASSERT_TRUE(transport->send(get_request(server.url("/"))));
  server.close_connections();
  ASSERT_TRUE(transport->send(put_request(server.url("/"), bytes)));

  EXPECT_EQ(server.requests().size(), 3U);
  EXPECT_EQ(transport->counts().connections, 3U);
  EXPECT_EQ(server.requests().back().body, support::text_of(bytes));
}

// The server closes just as the next request comes, which no look at the socket before can tell.
TEST(HttpReuse, SendsAgainWhatAClosingServerDidNotAnswer) {
  const auto bytes = support::noise(8 << 20);
  for (const bool is_reset : {false, true}) {
    for (const std::string method : {"GET", "HEAD", "PUT", "POST"}) {
      HttpServer server([&](HttpExchange& exchange) {
        if (exchange.request().connection != 0 || exchange.request().target == "/first") {
          return say_hello(exchange);
        }
        if (is_reset) return exchange.reset();
        exchange.close();
      });
      const auto transport = transport_with();
      ASSERT_TRUE(transport->send(get_request(server.url("/first"))));
      Request request = {.method = method, .url = server.url("/second")};
      if (method.starts_with('P')) request.upload.bytes = bytes;

      const auto response = transport->send(request);

      ASSERT_TRUE(response) << method << is_reset << response.error().message();
      EXPECT_EQ(server.requests().size(), 3U);
      EXPECT_EQ(server.requests().back().body.size(), request.upload.bytes.size());
      EXPECT_EQ(transport->counts().connections, 2U);
    }
  }
}

TEST(HttpReuse, SendsAnUploadAgainThatBrokeInTheMiddle) {
  const support::TempDir dir;
  const auto bytes = support::noise(32 << 20);
  const auto file = support::make_file(dir.file("pack"), bytes);
  std::atomic<bool> is_breaking = false;
  // The body is left unread, so that the client is still sending it when the reset comes.
  HttpServer server(
      [&](HttpExchange& exchange) {
        if (is_breaking.exchange(false)) return exchange.reset();
        exchange.respond(200, "");
      },
      {.answers_before_body = true});
  const auto transport = transport_with();
  is_breaking = false;
  ASSERT_TRUE(transport->send({.method = "HEAD", .url = server.url("/")}));
  Request request = {.method = "PUT", .url = server.url("/")};
  request.upload = {.fd = file.get(), .file_bytes = bytes.size()};
  request.deadlines.idle = std::chrono::milliseconds(300);

  is_breaking = true;
  const auto response = transport->send(request);

  // On the second connection the server answers without reading, and then nothing moves.
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().os_error(), ETIMEDOUT) << response.error().message();
  EXPECT_EQ(server.connections(), 2U);
}

TEST(HttpReuse, ReportsABreakOnANewConnection) {
  HttpServer server([](HttpExchange& exchange) { exchange.close(); });

  const auto response = transport_with()->send(get_request(server.url("/")));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::unavailable);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(HttpReuse, ReportsABreakOnceSomethingWasAnswered) {
  HttpServer server([](HttpExchange& exchange) {
    if (exchange.request().target == "/first") return say_hello(exchange);
    exchange.send("HTTP/1.1 200 OK\r\n");
    exchange.reset();
  });
  const auto transport = transport_with();
  ASSERT_TRUE(transport->send(get_request(server.url("/first"))));

  const auto response = transport->send(get_request(server.url("/")));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::unavailable);
  EXPECT_EQ(server.requests().size(), 2U);
}

bool is_internet_socket(int fd) {
  sockaddr_storage address = {};
  socklen_t length = sizeof address;
  return ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) == 0 &&
         address.ss_family == AF_INET;
}

TEST(HttpReuse, LetsNoOtherProgramInheritAConnection) {
  HttpServer server(say_hello);
  const auto transport = transport_with();
  ASSERT_TRUE(transport->send(get_request(server.url("/"))));

  int sockets = 0;
  for (int fd = 0; fd < 100; ++fd) {
    if (!is_internet_socket(fd)) continue;
    ++sockets;
    EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
  }

  EXPECT_EQ(sockets, 3);  // listening, the server's end, the client's
}

}  // namespace
}  // namespace larder::sys::http
