#include "backend/s3/canonical_request.h"
#include "backend/s3/signer.h"
#include "support/data.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

/// AWS's own test vectors, in tests/golden/sigv4; its README says what they are.
namespace larder::s3 {
namespace {

using sys::http::Header;
using sys::http::Request;

/// A vector whose answer is not the one to give here, and whose is.
struct Exception {
  std::string_view vector;
  std::string_view instead;  // the vector with the answer that S3 has for it; empty for none
};

// S3 names objects by bytes: "a/../b" and "b", "//" and "/" are different keys, so a path is signed
// as it is sent, which is what the suite's "unnormalized" vectors do. The last two vectors come
// without an answer; Signer.SortsTheQueryByNameAndThenByValue has their requests.
constexpr std::array kExceptions = {
    Exception{"get-relative-normalized", "get-relative-unnormalized"},
    Exception{"get-relative-relative-normalized", "get-relative-relative-unnormalized"},
    Exception{"get-slash-dot-slash-normalized", "get-slash-dot-slash-unnormalized"},
    Exception{"get-slash-normalized", "get-slash-unnormalized"},
    Exception{"get-slash-pointless-dot-normalized", "get-slash-pointless-dot-unnormalized"},
    Exception{"get-slashes-normalized", "get-slashes-unnormalized"},
    Exception{"get-vanilla-query-order-key", ""},
    Exception{"get-vanilla-query-order-value", ""},
};

std::string golden_path(std::string_view vector, std::string_view file) {
  return std::string(LARDER_GOLDEN_DIR "/sigv4/").append(vector).append("/").append(file);
}

std::string read_golden(std::string_view vector, std::string_view file) {
  return support::text_of(support::content_of(golden_path(vector, file)));
}

/// What HTTP cannot carry in a request's target, percent-encoded: the suite writes it bare.
std::string encode_target(std::string_view target) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : target) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7F) {
      encoded += c;
    } else {
      encoded.append("%").append(1, kDigits[byte / 16]).append(1, kDigits[byte % 16]);
    }
  }
  return encoded;
}

struct ParsedRequest {
  Request request;
  std::string body;
};

ParsedRequest parse_request(const std::string& text) {
  ParsedRequest parsed;
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  const auto method_end = line.find(' ');
  const auto target_end = line.rfind(' ');
  parsed.request.method = line.substr(0, method_end);
  const std::string target = line.substr(method_end + 1, target_end - method_end - 1);
  parsed.request.url = "https://example.amazonaws.com" + encode_target(target);
  auto& headers = parsed.request.headers;
  while (std::getline(lines, line) && !line.empty()) {
    if (line.starts_with(' ')) {
      headers.back().value += line;
      continue;
    }
    const auto name_end = line.find(':');
    headers.push_back({.name = line.substr(0, name_end), .value = line.substr(name_end + 1)});
  }
  std::getline(lines, parsed.body);
  return parsed;
}

/// Signs the vector's request as its context says.
Request sign_vector(std::string_view vector) {
  const auto context = nlohmann::json::parse(read_golden(vector, "context.json"));
  auto [request, body] = parse_request(read_golden(vector, "request.txt"));
  const auto& keys = context.at("credentials");
  Credentials credentials = {.access_key = keys.at("access_key_id"),
                             .secret_key = keys.at("secret_access_key")};
  // Of the two ways of STS this is the one that leaves the token out of what is signed.
  if (!context.value("omit_session_token", false)) {
    credentials.session_token = keys.value("token", "");
  }
  const std::string payload = sha256_hex(util::as_bytes(body));
  if (context.at("sign_body")) {
    request.headers.push_back({.name = "x-amz-content-sha256", .value = payload});
  }
  EXPECT_EQ(context.at("timestamp"), "2015-08-30T12:36:00Z");
  const std::string region = context.at("region");
  const std::string service = context.at("service");
  sign(request, payload, credentials,
       {.region = region,
        .service = service,
        .time = std::chrono::system_clock::from_time_t(1'440'938'160)});
  return request;
}

std::string authorization_in(const std::string& signed_request) {
  std::istringstream lines(signed_request);
  std::string line;
  constexpr std::string_view kName = "Authorization:";
  while (std::getline(lines, line)) {
    if (line.starts_with(kName)) return line.substr(kName.size());
  }
  return {};
}

/// What was signed: the request without its signature.
std::string canonical_text_of(Request request) {
  std::erase_if(request.headers,
                [](const Header& header) { return is_named(header, "Authorization"); });
  const std::string payload = sha256_hex(util::as_bytes(
      find_header(request.headers, "Content-Length").empty() ? "" : "Param1=value1"));
  return canonicalise(request, payload).text;
}

void expect_signed_as(const Request& request, std::string_view vector) {
  EXPECT_EQ(canonical_text_of(request), read_golden(vector, "header-canonical-request.txt"));
  const std::string authorization(find_header(request.headers, "Authorization"));
  EXPECT_EQ(authorization, authorization_in(read_golden(vector, "header-signed-request.txt")));
  EXPECT_TRUE(authorization.ends_with(read_golden(vector, "header-signature.txt")));
}

std::vector<std::string> all_vectors() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(LARDER_GOLDEN_DIR "/sigv4")) {
    if (entry.is_directory()) names.push_back(entry.path().filename());
  }
  std::ranges::sort(names);
  return names;
}

TEST(SignerGolden, SignsAsAwsDoesWhateverIsNoException) {
  const auto vectors = all_vectors();
  std::size_t signed_vectors = 0;

  for (const std::string& vector : vectors) {
    SCOPED_TRACE(vector);
    if (std::ranges::find(kExceptions, vector, &Exception::vector) != kExceptions.end()) continue;
    ++signed_vectors;
    expect_signed_as(sign_vector(vector), vector);
  }

  EXPECT_EQ(vectors.size(), 40U);
  EXPECT_EQ(signed_vectors, vectors.size() - kExceptions.size());
}

TEST(SignerGolden, LeavesPathsAsTheyAreWhereAwsShortensThem) {
  for (const auto& [vector, instead] : kExceptions) {
    if (instead.empty()) continue;
    SCOPED_TRACE(vector);
    expect_signed_as(sign_vector(vector), instead);
  }
}

TEST(SignerGolden, HasNoAnswerForTheExceptionsWithout) {
  for (const auto& [vector, instead] : kExceptions) {
    const auto answer = golden_path(vector, "header-signature.txt");
    EXPECT_EQ(std::filesystem::exists(answer), !instead.empty()) << vector;
  }
}

}  // namespace
}  // namespace larder::s3
