#include "sys/http/transport.h"

#include "support/data.h"
#include "support/temp_dir.h"
#include "sys/http/http_fixture.h"

#include <gtest/gtest.h>

namespace larder::sys::http {
namespace {

using support::HttpExchange;
using support::HttpServer;

TEST(HttpTransport, GivesStatusHeadersAndBody) {
  HttpServer server([](HttpExchange& exchange) {
    exchange.respond(404, "not here", {{.name = "ETag", .value = "\"x\""}});
  });
  const auto transport = transport_with();

  const auto response = transport->send(get_request(server.url("/missing"))).value();

  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(find_header(response.headers, "etag"), "\"x\"");
  EXPECT_EQ(body_of(response), "not here");
}

TEST(HttpTransport, FindsHeadersInAnyCase) {
  HttpServer server([](HttpExchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\ncOnTeNt-LeNgTh:2\r\nX-OTHER:  padded \r\n\r\nok");
  });

  const auto response = transport_with()->send(get_request(server.url("/"))).value();

  EXPECT_EQ(find_header(response.headers, "x-other"), "padded");
  EXPECT_EQ(find_header(response.headers, "X-Absent"), "");
  EXPECT_EQ(body_of(response), "ok");
}

TEST(HttpTransport, SendsPathAndQueryAsTheyStand) {
  HttpServer server(say_hello);
  const std::string target = "/a/../b/./c//%2f%20?list-type=2&z=&a=%7E";

  ASSERT_TRUE(transport_with()->send(get_request(server.url(target))));

  EXPECT_EQ(server.requests().at(0).target, target);
}

TEST(HttpTransport, AddsNoHeaderButHostAndLength) {
  HttpServer server(say_hello);
  const auto bytes = support::noise(3 << 20);
  Request request = put_request(server.url("/"), bytes);
  request.headers = {{.name = "x-amz-date", .value = "now"}, {.name = "x-empty", .value = ""}};

  ASSERT_TRUE(transport_with()->send(request));

  const auto received = server.requests().at(0);
  EXPECT_EQ(received.headers.size(), 4U);
  EXPECT_EQ(received.header("host"), "127.0.0.1:" + std::to_string(server.port()));
  EXPECT_EQ(received.header("content-length"), std::to_string(bytes.size()));
  EXPECT_EQ(received.header("x-amz-date"), "now");
  EXPECT_EQ(received.header("x-empty"), "");
}

TEST(HttpTransport, UploadsBytes) {
  HttpServer server(say_hello);
  const auto bytes = support::noise(5 << 20);

  ASSERT_TRUE(transport_with()->send(put_request(server.url("/"), bytes)));

  EXPECT_EQ(server.requests().at(0).body, support::text_of(bytes));
}

TEST(HttpTransport, UploadsAFileFromItsStart) {
  const support::TempDir dir;
  const auto bytes = support::noise(5 << 20);
  const auto file = support::make_file(dir.file("pack"), bytes);
  ASSERT_EQ(::lseek(file.get(), 77, SEEK_SET), 77);
  HttpServer server(say_hello);
  Request request = {.method = "PUT", .url = server.url("/")};
  request.upload = {.fd = file.get(), .file_bytes = bytes.size()};

  ASSERT_TRUE(transport_with()->send(request));

  EXPECT_EQ(server.requests().at(0).body, support::text_of(bytes));
  EXPECT_EQ(::lseek(file.get(), 0, SEEK_CUR), 77);
}

TEST(HttpTransport, RefusesAFileThatIsShorterThanItsLength) {
  const support::TempDir dir;
  const auto file = support::make_file(dir.file("pack"), support::noise(1000));
  HttpServer server(say_hello);
  Request request = {.method = "PUT", .url = server.url("/")};
  request.upload = {.fd = file.get(), .file_bytes = 1001};

  const auto response = transport_with()->send(request);

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::corrupt);
}

TEST(HttpTransport, SendsAnEmptyUploadWithItsLength) {
  HttpServer server(say_hello);
  const auto transport = transport_with();

  ASSERT_TRUE(transport->send(put_request(server.url("/"), {})));
  ASSERT_TRUE(transport->send({.method = "POST", .url = server.url("/")}));
  ASSERT_TRUE(transport->send({.method = "DELETE", .url = server.url("/")}));

  EXPECT_EQ(server.requests().at(0).header("Content-Length"), "0");
  EXPECT_EQ(server.requests().at(1).method, "POST");
  EXPECT_EQ(server.requests().at(1).header("Content-Length"), "0");
  EXPECT_EQ(server.requests().at(2).method, "DELETE");
  EXPECT_EQ(server.requests().at(2).header("Content-Length"), "");
}

TEST(HttpTransport, TakesNoBodyOfAHead) {
  HttpServer server([](HttpExchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n");
  });
  const auto transport = transport_with();
  const Request request = {.method = "HEAD", .url = server.url("/")};

  const auto response = transport->send(request).value();
  ASSERT_TRUE(transport->send(request));

  EXPECT_EQ(find_header(response.headers, "Content-Length"), "999999999999");
  EXPECT_EQ(transport->counts().connections, 1U);
}

TEST(HttpTransport, FollowsNoRedirect) {
  HttpServer server([](HttpExchange& exchange) {
    exchange.respond(307, "", {{.name = "Location", .value = "/elsewhere"}});
  });

  const auto response = transport_with()->send(get_request(server.url("/"))).value();

  EXPECT_EQ(response.status, 307);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(HttpTransport, KeepsNoCookies) {
  HttpServer server([](HttpExchange& exchange) {
    exchange.respond(200, "", {{.name = "Set-Cookie", .value = "a=b"}});
  });
  const auto transport = transport_with();

  ASSERT_TRUE(transport->send(get_request(server.url("/"))));
  ASSERT_TRUE(transport->send(get_request(server.url("/"))));

  EXPECT_EQ(server.requests().at(1).header("Cookie"), "");
}

TEST(HttpTransport, PassesOverInterimAnswers) {
  HttpServer server([](HttpExchange& exchange) {
    exchange.send("HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\n");
    exchange.send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
    exchange.respond(200, "final");
  });

  const auto response = transport_with()->send(get_request(server.url("/"))).value();

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.size(), 1U);
  EXPECT_EQ(body_of(response), "final");
}

TEST(HttpTransport, PutsChunksTogether) {
  HttpServer server([](HttpExchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nchun\r\n");
    exchange.send("3;x=y\r\nked\r\n0\r\nX-Trailer: t\r\n\r\n");
  });

  const auto response = transport_with()->send(get_request(server.url("/"))).value();

  EXPECT_EQ(body_of(response), "chunked");
  EXPECT_EQ(find_header(response.headers, "X-Trailer"), "");
}

TEST(HttpTransport, CallsATruncatedBodyCorrupt) {
  for (const std::string head : {"Content-Length: 10", "Transfer-Encoding: chunked"}) {
    HttpServer server([&](HttpExchange& exchange) {
      exchange.send("HTTP/1.1 200 OK\r\n" + head + "\r\n\r\n4\r\nfou");
      exchange.close();
    });

    const auto response = transport_with()->send(get_request(server.url("/")));

    ASSERT_FALSE(response) << head;
    EXPECT_EQ(response.error().code(), ErrorCode::corrupt) << response.error().message();
  }
}

TEST(HttpTransport, ReadsABodyWithoutLengthToItsEnd) {
  HttpServer server([](HttpExchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\n\r\nto the end");
    exchange.close();
  });

  EXPECT_EQ(body_of(transport_with()->send(get_request(server.url("/"))).value()), "to the end");
}

TEST(HttpTransport, RefusesADeclaredLengthAboveTheLimitBeforeAnyOfTheBody) {
  HttpServer server([](HttpExchange& exchange) { exchange.respond(200, "12345"); });
  Request request = get_request(server.url("/"));
  request.max_body_bytes = 4;
  bool has_called_sink = false;
  request.sink = [&](const ResponseHead&, util::ByteSpan) -> Result<void> {
    has_called_sink = true;
    return {};
  };

  const auto response = transport_with()->send(request);

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::no_space);
  EXPECT_FALSE(has_called_sink);
}

TEST(HttpTransport, RefusesADeclaredLengthBeyondAllNumbers) {
  HttpServer server([](HttpExchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n");
    exchange.stall();
  });

  const auto response = transport_with()->send(get_request(server.url("/")));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::no_space);
}

TEST(HttpTransport, TakesABodyOfExactlyTheLimit) {
  HttpServer server([](HttpExchange& exchange) { exchange.respond(200, "12345"); });
  Request request = get_request(server.url("/"));
  request.max_body_bytes = 5;

  EXPECT_EQ(body_of(transport_with()->send(request).value()), "12345");
}

TEST(HttpTransport, RefusesABodyThatOutgrowsTheLimitUndeclared) {
  HttpServer server([](HttpExchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n");
    exchange.stall();
  });
  Request request = get_request(server.url("/"));
  request.max_body_bytes = 4;

  const auto response = transport_with()->send(request);

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::no_space);
}

TEST(HttpTransport, GivesTheBodyToTheSinkWithItsHead) {
  const auto bytes = support::noise(1 << 20);
  HttpServer server([&](HttpExchange& exchange) {
    exchange.respond(206, util::as_text(bytes), {{.name = "X-Meta", .value = "m"}});
  });
  Request request = get_request(server.url("/"));
  util::ByteBuffer collected;
  request.sink = [&](const ResponseHead& head, util::ByteSpan piece) -> Result<void> {
    EXPECT_EQ(head.status, 206);
    EXPECT_EQ(find_header(head.headers, "x-meta"), "m");
    util::append(collected, piece);
    return {};
  };

  const auto response = transport_with()->send(request).value();

  EXPECT_EQ(collected, bytes);
  EXPECT_TRUE(response.body.empty());
}

TEST(HttpTransport, EndsWithTheSinksError) {
  HttpServer server(say_hello);
  Request request = get_request(server.url("/"));
  request.sink = [](const ResponseHead&, util::ByteSpan) -> Result<void> {
    return fail(ErrorCode::no_space, "the disk is full");
  };

  const auto response = transport_with()->send(request);

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::no_space);
  EXPECT_EQ(response.error().message(), "the disk is full");
}

TEST(HttpTransport, TakesAnEarlyRefusalOfAnUpload) {
  HttpServer server([](HttpExchange& exchange) { exchange.respond(403, "no"); },
                    {.answers_before_body = true});
  const auto bytes = support::noise(64 << 20);

  const auto response = transport_with()->send(put_request(server.url("/"), bytes)).value();

  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(body_of(response), "no");
}

TEST(HttpTransport, CallsAResetAfterAWholeUploadUnavailable) {
  HttpServer server([](HttpExchange& exchange) { exchange.reset(); });
  const auto bytes = support::noise(1 << 20);

  const auto response = transport_with()->send(put_request(server.url("/"), bytes));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::unavailable);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(HttpTransport, CallsWhatIsNotHttpUnavailable) {
  HttpServer server([](HttpExchange& exchange) {
    exchange.send("SSH-2.0-OpenSSH\r\n\r\n");
    exchange.close();
  });

  const auto response = transport_with()->send(get_request(server.url("/")));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::unavailable);
}

TEST(HttpTransport, CallsAHeadWithoutEndUnavailable) {
  HttpServer server([](HttpExchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\n");
    const std::string line = "X-Filler: " + std::string(1000, 'x') + "\r\n";
    for (int i = 0; i < 300; ++i) exchange.send(line);
    exchange.stall();
  });

  const auto response = transport_with()->send(get_request(server.url("/")));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::unavailable);
  EXPECT_EQ(response.error().os_error(), 0) << response.error().message();
}

TEST(HttpTransport, SaysWhoRefusedTheConnection) {
  std::string url;
  { url = HttpServer(say_hello).url("/bucket/key?X-Secret=1"); }

  const auto response = transport_with()->send(get_request(url));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::unavailable);
  EXPECT_EQ(response.error().os_error(), ECONNREFUSED);
  EXPECT_NE(response.error().message().find("/bucket/key: "), std::string::npos);
  EXPECT_EQ(response.error().message().find("X-Secret"), std::string::npos);
}

TEST(HttpTransport, RefusesUrlsOfOtherKinds) {
  const auto transport = transport_with();

  for (const std::string url :
       {"file:///etc/passwd", "ftp://127.0.0.1/", "http://", "", "x y",
        "http://user:word@127.0.0.1/", "http://127.0.0.1/a b", "http://user:word@"}) {
    const auto response = transport->send(get_request(url));

    ASSERT_FALSE(response) << url;
    EXPECT_EQ(response.error().code(), ErrorCode::invalid_argument) << response.error().message();
    EXPECT_EQ(response.error().message().find("word"), std::string::npos);
  }
}

TEST(HttpTransport, RefusesHeadersThatWouldEndTheirLine) {
  HttpServer server(say_hello);
  const auto transport = transport_with();
  Request request = get_request(server.url("/"));

  for (const Header& header :
       {Header{.name = "a", .value = "secret\r\nb: c"}, Header{.name = "a\n", .value = "secret"},
        Header{.name = "", .value = "secret"}, Header{.name = "a:b", .value = "secret"}}) {
    request.headers = {header};
    const auto response = transport->send(request);

    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code(), ErrorCode::invalid_argument);
    EXPECT_EQ(response.error().message().find("secret"), std::string::npos);
  }
  EXPECT_TRUE(server.requests().empty());
}

}  // namespace
}  // namespace larder::sys::http
