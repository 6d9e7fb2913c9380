#include "sys/http/http_fixture.h"
#include "sys/http/transport.h"

#include <gtest/gtest.h>

#include <string>

#include <cstdlib>

namespace larder::sys::http {
namespace {

using support::HttpServer;

/// An environment with this proxy and no exceptions to it, while it exists. The servers' threads do
/// not look at it.
class ProxyEnvironment {
 public:
  explicit ProxyEnvironment(const std::string& url) {
    (void)::unsetenv("no_proxy");
    (void)::unsetenv("NO_PROXY");
    (void)::setenv("http_proxy", url.c_str(), 1);
  }
  ~ProxyEnvironment() { (void)::unsetenv("http_proxy"); }
  ProxyEnvironment(const ProxyEnvironment&) = delete;
  ProxyEnvironment& operator=(const ProxyEnvironment&) = delete;
};

TEST(HttpProxy, IsTakenFromTheEnvironment) {
  HttpServer proxy(say_hello);
  const ProxyEnvironment environment(proxy.url());

  ASSERT_TRUE(make_transport().value()->send(get_request("http://elsewhere.test/a?b")));

  EXPECT_EQ(proxy.requests().at(0).target, "http://elsewhere.test/a?b");
}

TEST(HttpProxy, IsNotUsedWhereTheOptionsSaySo) {
  HttpServer proxy(say_hello);
  HttpServer server(say_hello);
  const ProxyEnvironment environment(proxy.url());

  ASSERT_TRUE(make_transport({.uses_proxies = false}).value()->send(get_request(server.url("/"))));

  EXPECT_TRUE(proxy.requests().empty());
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(HttpProxy, IsBypassedByARequestThatSaysSo) {
  HttpServer proxy(say_hello);
  HttpServer server(say_hello);
  const ProxyEnvironment environment(proxy.url());
  const auto transport = make_transport().value();
  Request request = get_request(server.url("/a"));

  ASSERT_TRUE(transport->send(request));
  request.bypasses_proxy = true;
  ASSERT_TRUE(transport->send(request));
  request.bypasses_proxy = false;
  ASSERT_TRUE(transport->send(request));

  EXPECT_EQ(proxy.requests().size(), 2U);
  EXPECT_EQ(server.requests().size(), 1U);
}

}  // namespace
}  // namespace larder::sys::http
