#include "backend/s3/signer.h"

#include "backend/s3/canonical_request.h"
#include "util/hex.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace larder::s3 {
namespace {

using sys::http::find_header;
using sys::http::Header;
using sys::http::Request;

// The worked examples of
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
const Credentials kExampleKeys = {.access_key = "AKIAIOSFODNN7EXAMPLE",
                                  .secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
const SigningScope kExampleScope = {.region = "us-east-1",
                                    .time = std::chrono::system_clock::from_time_t(1'369'353'600)};

std::string signature_of(const Request& request) {
  const auto authorization = find_header(request.headers, "Authorization");
  return std::string(authorization.substr(authorization.rfind('=') + 1));
}

std::string example_signature(std::string method, const std::string& target,
                              sys::http::Headers headers, std::string_view body = {}) {
  Request request = {.method = std::move(method),
                     .url = "https://examplebucket.s3.amazonaws.com" + target,
                     .headers = std::move(headers)};
  sign(request, sha256_hex(util::as_bytes(body)), kExampleKeys, kExampleScope);
  return signature_of(request);
}

/// The lines of a canonical request, from the method on.
std::vector<std::string> canonical_lines(const Request& request) {
  std::string text = canonicalise(request, "payload").text;
  std::vector<std::string> lines;
  for (std::size_t end = 0; (end = text.find('\n')) != std::string::npos; text.erase(0, end + 1)) {
    lines.push_back(text.substr(0, end));
  }
  return lines;
}

TEST(Signer, SignsTheExampleOfGettingAnObject) {
  EXPECT_EQ(example_signature("GET", "/test.txt", {{.name = "Range", .value = "bytes=0-9"}}),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(Signer, SignsTheExampleOfPuttingAnObject) {
  EXPECT_EQ(example_signature("PUT", "/test%24file.text",
                              {{.name = "Date", .value = "Fri, 24 May 2013 00:00:00 GMT"},
                               {.name = "x-amz-storage-class", .value = "REDUCED_REDUNDANCY"}},
                              "Welcome to Amazon S3."),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

TEST(Signer, SignsTheExampleOfAQueryWithoutValue) {
  EXPECT_EQ(example_signature("GET", "/?lifecycle", {}),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
}

TEST(Signer, SignsTheExampleOfListingObjects) {
  EXPECT_EQ(example_signature("GET", "/?max-keys=2&prefix=J", {}),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST(Signer, HashesNothing) {
  EXPECT_EQ(sha256_hex({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Signer, HashesInPieces) {
  Sha256 hash;

  const auto first = hash.update(util::as_bytes("Welcome ")).update(util::as_bytes("to")).finish();
  const auto second = hash.update(util::as_bytes("to")).finish();

  EXPECT_EQ(util::to_hex(first), sha256_hex(util::as_bytes("Welcome to")));
  EXPECT_EQ(util::to_hex(second), sha256_hex(util::as_bytes("to")));
}

TEST(Signer, SortsTheQueryByNameAndThenByValue) {
  const auto query_of = [](const std::string& query) {
    return canonical_lines({.method = "GET", .url = "https://host/?" + query}).at(2);
  };

  EXPECT_EQ(query_of("Param1=value2&Param1=Value1"), "Param1=Value1&Param1=value2");
  EXPECT_EQ(query_of("Param1=value2&Param1=value1"), "Param1=value1&Param1=value2");
  EXPECT_EQ(query_of("a-b=1&a=2"), "a=2&a-b=1");
  EXPECT_EQ(query_of("b&a=&a=x%3D&c=="), "a=&a=x%3D&b=&c==");
  EXPECT_EQ(query_of("&a=1&&"), "a=1");
}

TEST(Signer, TakesAUrlWithoutPathForTheRoot) {
  EXPECT_EQ(canonical_lines({.method = "GET", .url = "https://host"}).at(1), "/");
  EXPECT_EQ(canonical_lines({.method = "GET", .url = "https://host?a=b"}).at(1), "/");
}

TEST(Signer, TrimsCollapsesSortsAndJoinsHeaders) {
  const auto lines = canonical_lines({.method = "GET",
                                      .url = "https://host/",
                                      .headers = {{.name = "Z", .value = " last "},
                                                  {.name = "a", .value = "\t one  two "},
                                                  {.name = "B", .value = ""},
                                                  {.name = "A", .value = "three"}}});

  EXPECT_EQ(lines.at(3), "a:one two,three");
  EXPECT_EQ(lines.at(4), "b:");
  EXPECT_EQ(lines.at(5), "z:last");
  EXPECT_EQ(lines.at(7), "a;b;z");
}

TEST(Signer, NamesThePortThatIsNotTheSchemesOwn) {
  EXPECT_EQ(host_of("https://host:443/a"), "host");
  EXPECT_EQ(host_of("http://host:80?a"), "host");
  EXPECT_EQ(host_of("https://host:80"), "host:80");
  EXPECT_EQ(host_of("http://host:443/"), "host:443");
  EXPECT_EQ(host_of("http://[::1]:9000/a"), "[::1]:9000");
  EXPECT_EQ(host_of("http://[::1]/a"), "[::1]");
}

TEST(Signer, SignsTheSessionToken) {
  Request request = {.method = "GET", .url = "https://host/"};
  Credentials credentials = kExampleKeys;
  credentials.session_token = "token";

  sign(request, sha256_hex({}), credentials, kExampleScope);

  EXPECT_EQ(find_header(request.headers, "x-amz-security-token"), "token");
  const auto authorization = find_header(request.headers, "Authorization");
  EXPECT_NE(authorization.find("x-amz-security-token"), std::string::npos);
}

TEST(Signer, ReplacesAnEarlierSignature) {
  Request request = {.method = "GET", .url = "https://host/"};
  Request fresh = request;
  Credentials earlier = kExampleKeys;
  earlier.secret_key = "another";

  sign(request, sha256_hex({}), earlier,
       {.region = "eu-west-1", .time = std::chrono::system_clock::from_time_t(0)});
  sign(request, sha256_hex({}), kExampleKeys, kExampleScope);
  sign(fresh, sha256_hex({}), kExampleKeys, kExampleScope);

  EXPECT_EQ(request.headers.size(), fresh.headers.size());
  EXPECT_EQ(signature_of(request), signature_of(fresh));
}

TEST(Signer, SignsInManyThreadsAtOnce) {
  const std::string expected = example_signature("GET", "/?lifecycle", {});
  std::vector<std::thread> threads;

  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 200; ++j) {
        EXPECT_EQ(example_signature("GET", "/?lifecycle", {}), expected);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace larder::s3
