#include "support/data.h"
#include "sys/http/http_fixture.h"
#include "sys/http/transport.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <vector>

#include <cerrno>

namespace larder::sys::http {
namespace {

using std::chrono::milliseconds;
using support::HttpExchange;
using support::HttpServer;

constexpr milliseconds kShort(200);
/// What a busy machine may add. A transport that looks at the time once a second adds more.
constexpr milliseconds kSlack(500);

/// All long; a test makes the one that it is about short.
Deadlines long_deadlines() {
  constexpr milliseconds kLong(60'000);
  return {.connect = kLong, .first_byte = kLong, .idle = kLong, .answer = kLong, .total = kLong};
}

/// Sends, and expects a deadline to end it about kShort later.
void expect_ended_in_time(const Request& request) {
  const auto started = std::chrono::steady_clock::now();
  const auto response = transport_with()->send(request);
  const auto took = std::chrono::steady_clock::now() - started;

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::unavailable);
  EXPECT_EQ(response.error().os_error(), ETIMEDOUT) << response.error().message();
  EXPECT_NE(response.error().message().find(" ms"), std::string::npos);
  EXPECT_GE(took, kShort);
  EXPECT_LT(took, kShort + kSlack) << response.error().message();
}

/// A port that nobody accepts connections from.
class ListeningPort {
 public:
  explicit ListeningPort(int queued) : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listener_.get(), generic, length), 0);
    EXPECT_EQ(::listen(listener_.get(), queued), 0);
    EXPECT_EQ(::getsockname(listener_.get(), generic, &length), 0);
    address_ = address;
  }

  /// Fills the queue of connections, so that the next gets no answer.
  void fill() {
    for (int i = 0; i < 4; ++i) {
      waiting_.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      (void)::connect(waiting_.back().get(), reinterpret_cast<const sockaddr*>(&address_),
                      sizeof address_);
    }
  }

  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(::ntohs(address_.sin_port)) + "/";
  }

 private:
  util::UniqueFd listener_;
  sockaddr_in address_ = {};
  std::vector<util::UniqueFd> waiting_;
};

void stall(HttpExchange& exchange) { exchange.stall(); }

TEST(HttpDeadlines, EndsWaitingForTheFirstByte) {
  HttpServer server(stall);
  Request request = get_request(server.url("/"));
  request.deadlines = long_deadlines();
  request.deadlines.first_byte = kShort;

  expect_ended_in_time(request);
}

TEST(HttpDeadlines, CountsTheFirstByteFromTheEndOfTheUpload) {
  HttpServer server(stall);
  const auto bytes = support::noise(8 << 20);
  Request request = put_request(server.url("/"), bytes);
  request.deadlines = long_deadlines();
  request.deadlines.first_byte = kShort;

  const auto response = transport_with()->send(request);

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().os_error(), ETIMEDOUT);
  EXPECT_EQ(server.requests().at(0).body.size(), bytes.size());
}

TEST(HttpDeadlines, CountsTheAnswerFromTheStart) {
  HttpServer server(stall);
  Request request = get_request(server.url("/"));
  request.deadlines = long_deadlines();
  request.deadlines.answer = kShort;

  expect_ended_in_time(request);
}

TEST(HttpDeadlines, CountsConnectingTowardsTheAnswer) {
  ListeningPort port(0);
  port.fill();
  Request request = get_request(port.url());
  request.deadlines = long_deadlines();
  request.deadlines.answer = kShort;

  expect_ended_in_time(request);
}

TEST(HttpDeadlines, EndsAStallInTheMiddleOfTheBody) {
  HttpServer server([](HttpExchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive!");
    exchange.stall();
  });
  Request request = get_request(server.url("/"));
  request.deadlines = long_deadlines();
  request.deadlines.idle = kShort;

  expect_ended_in_time(request);
}

TEST(HttpDeadlines, EndsAStallInTheMiddleOfTheHead) {
  HttpServer server([](HttpExchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\n");
    exchange.stall();
  });
  Request request = get_request(server.url("/"));
  request.deadlines = long_deadlines();
  request.deadlines.idle = kShort;

  expect_ended_in_time(request);
}

TEST(HttpDeadlines, EndsAStallOfTheUpload) {
  // Nobody accepts, but the kernel completes the connection and takes some megabytes.
  const ListeningPort port(1);
  const auto bytes = support::noise(64 << 20);
  Request request = put_request(port.url(), bytes);
  request.deadlines = long_deadlines();
  request.deadlines.idle = kShort;

  const auto response = transport_with()->send(request);

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().os_error(), ETIMEDOUT);
}

/// Sends a body a byte at a time, each long before the idle deadline.
void dribble(HttpExchange& exchange) {
  exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
  for (int i = 0; i < 1'000'000 && exchange.wait_for_silence(milliseconds(20)); ++i) {
    exchange.send("x");
  }
}

TEST(HttpDeadlines, EndsTheWholeThoughBytesMove) {
  HttpServer server(dribble);
  Request request = get_request(server.url("/"));
  request.deadlines = long_deadlines();
  request.deadlines.total = kShort;

  expect_ended_in_time(request);
}

TEST(HttpDeadlines, LetsASlowBodyTakeLongerThanIdleAndFirstByte) {
  HttpServer server([](HttpExchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n");
    for (int i = 0; i < 8 && exchange.wait_for_silence(milliseconds(50)); ++i) exchange.send("x");
  });
  Request request = get_request(server.url("/"));
  request.deadlines = long_deadlines();
  request.deadlines.idle = kShort;
  request.deadlines.first_byte = kShort;
  request.deadlines.answer = kShort;

  EXPECT_EQ(body_of(transport_with()->send(request).value()), "xxxxxxxx");
}

TEST(HttpDeadlines, EndsConnecting) {
  ListeningPort port(0);
  port.fill();
  Request request = get_request(port.url());
  request.deadlines = long_deadlines();
  request.deadlines.connect = kShort;

  expect_ended_in_time(request);
}

TEST(HttpDeadlines, CountsTheHandshakeAsConnecting) {
  HttpServer server(say_hello);  // Takes the client's hello for the begin of a head.
  Request request = get_request("https://127.0.0.1:" + std::to_string(server.port()) + "/");
  request.deadlines = long_deadlines();
  request.deadlines.connect = kShort;

  expect_ended_in_time(request);
}

TEST(HttpDeadlines, EndsConnectingByTheTotal) {
  ListeningPort port(0);
  port.fill();
  Request request = get_request(port.url());
  request.deadlines = long_deadlines();
  request.deadlines.total = kShort;

  expect_ended_in_time(request);
}

TEST(HttpDeadlines, LeaveTheTransportUsable) {
  HttpServer server([](HttpExchange& exchange) {
    if (exchange.request().target == "/stall") return exchange.stall();
    say_hello(exchange);
  });
  const auto transport = transport_with();
  Request request = get_request(server.url("/stall"));
  request.deadlines.first_byte = milliseconds(20);

  ASSERT_FALSE(transport->send(request));
  request.url = server.url("/");
  request.deadlines = long_deadlines();
  ASSERT_TRUE(transport->send(request));
  ASSERT_TRUE(transport->send(request));

  EXPECT_EQ(transport->counts().requests, 3U);
  EXPECT_EQ(transport->counts().connections, 2U);
}

}  // namespace
}  // namespace larder::sys::http
