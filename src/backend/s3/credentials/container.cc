#include "backend/s3/credentials/container.h"

#include "backend/s3/canonical_request.h"
#include "backend/s3/credentials/document.h"
#include "backend/s3/credentials/secret_file.h"
#include "util/try.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace larder::s3 {
namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kContainerHost = "http://169.254.170.2";

bool is_loopback(const std::string& host) {
  if (host == "localhost" || host == "[::1]") return true;
  in_addr address = {};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1 &&
         ::ntohl(address.s_addr) >> 24 == IN_LOOPBACKNET;
}

/// The addresses that ECS and EKS answer at, within the machine.
bool is_container_host(std::string_view host) {
  constexpr std::array kHosts = {std::string_view("169.254.170.2"),
                                 std::string_view("169.254.170.23"),
                                 std::string_view("[fd00:ec2::23]")};
  return std::ranges::find(kHosts, host) != kHosts.end();
}

/// Whether what is sent there stays within the machine or goes encrypted.
bool is_trusted(std::string_view uri) {
  if (uri.starts_with("https://")) return true;
  if (!uri.starts_with(kHttp)) return false;
  std::string host = host_of(uri);
  const auto port = host.rfind(':');
  const bool has_port = port != std::string::npos && port + 1 < host.size() &&
                        host.find_first_not_of("0123456789", port + 1) == std::string::npos;
  // Of "[::1]" the last colon begins no port, for a bracket follows.
  if (has_port) host.erase(port);
  return is_loopback(host) || is_container_host(host);
}

/// The endpoint, or nullopt if none is named.
Result<std::optional<std::string>> find_endpoint(const Variables& variables) {
  if (const auto path = variables.find("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")) {
    if (!path->starts_with('/')) {
      return fail(ErrorCode::invalid_argument,
                  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with /");
    }
    return std::optional(std::string(kContainerHost) + *path);
  }
  auto uri = variables.find("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (uri && !is_trusted(*uri)) {
    return fail(ErrorCode::invalid_argument,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor of this machine");
  }
  return uri;
}

Result<std::optional<std::string>> find_token(const Variables& variables) {
  if (const auto file = variables.find("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")) {
    LARDER_TRY(std::string token, read_secret_file(*file));
    return std::optional(std::move(token));
  }
  return variables.find("AWS_CONTAINER_AUTHORIZATION_TOKEN");
}

Result<Credentials> ask(const LookupContext& context, const std::string& endpoint) {
  constexpr std::chrono::seconds kTotal(5);
  sys::http::Request request = {
      .method = "GET", .url = endpoint, .deadlines = {.total = kTotal}, .bypasses_proxy = true};
  LARDER_TRY(auto token, find_token(context.variables));
  if (token) request.headers.push_back({.name = "Authorization", .value = *std::move(token)});
  LARDER_TRY(const auto response, context.transport.send(request));
  if (response.status != 200) {
    const bool is_passing = response.status >= 500 || response.status == 429;
    return fail(is_passing ? ErrorCode::unavailable : ErrorCode::denied,
                "it answers " + std::to_string(response.status));
  }
  return parse_endpoint_document(util::as_text(response.body));
}

}  // namespace

Result<Lookup> from_container(const LookupContext& context) {
  LARDER_TRY(const auto endpoint, find_endpoint(context.variables));
  if (!endpoint) {
    return Lookup{.absence = "no AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI is set"};
  }
  auto credentials = ask(context, *endpoint);
  if (!credentials) {
    return fail(std::move(credentials).error().context("the container's credentials endpoint"));
  }
  return Lookup{.credentials = *std::move(credentials)};
}

}  // namespace larder::s3
