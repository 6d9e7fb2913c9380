#include "backend/s3/credentials/instance.h"

#include "backend/s3/credentials/document.h"
#include "util/try.h"

#include <strings.h>

#include <string_view>
#include <utility>

namespace larder::s3 {
namespace {

using sys::http::Request;
using sys::http::Response;

constexpr std::string_view kTokenHeader = "x-aws-ec2-metadata-token";
constexpr std::string_view kRolesPath = "/latest/meta-data/iam/security-credentials/";

bool is_value(const std::optional<std::string>& text, const char* value) {
  return text && ::strcasecmp(text->c_str(), value) == 0;
}

std::string endpoint_in(const Variables& variables) {
  auto endpoint = variables.find("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  if (endpoint) {
    while (endpoint->ends_with('/')) endpoint->pop_back();
    return *std::move(endpoint);
  }
  const auto mode = variables.find("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
  return is_value(mode, "IPv6") ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
}

Request request_to(std::string method, std::string url) {
  constexpr std::chrono::seconds kSecond(1);
  return {.method = std::move(method),
          .url = std::move(url),
          .deadlines = {.connect = kSecond,
                        .first_byte = kSecond,
                        .idle = kSecond,
                        .total = 2 * kSecond},
          .bypasses_proxy = true};
}

tl::unexpected<Error> refusal(int status, std::string_view what) {
  std::string message("it answers ");
  message.append(std::to_string(status)).append(" to the question for ").append(what);
  return fail(status >= 500 ? ErrorCode::unavailable : ErrorCode::denied, std::move(message));
}

/// The first line of a body.
std::string first_line(const Response& response) {
  const std::string_view text = util::as_text(response.body);
  return std::string(text.substr(0, text.find_first_of("\r\n")));
}

/// One session with the service.
class Metadata {
 public:
  explicit Metadata(const LookupContext& context)
      : context_(context), endpoint_(endpoint_in(context.variables)) {}

  /// Opens the session. Fails where there is no service.
  Result<void> open() {
    Request request = request_to("PUT", endpoint_ + "/latest/api/token");
    request.headers = {{.name = std::string(kTokenHeader) + "-ttl-seconds", .value = "21600"}};
    LARDER_TRY(const Response response, context_.transport.send(request));
    if (response.status != 200) return refusal(response.status, "a session");
    token_ = first_line(response);
    return {};
  }

  Result<Response> get(std::string_view path) {
    Request request = request_to("GET", endpoint_ + std::string(path));
    request.headers = {{.name = std::string(kTokenHeader), .value = token_}};
    return context_.transport.send(request);
  }

 private:
  const LookupContext& context_;
  std::string endpoint_;
  std::string token_;
};

Result<Lookup> ask(Metadata& metadata) {
  LARDER_TRY(const Response roles, metadata.get(kRolesPath));
  const std::string role = first_line(roles);
  if (roles.status == 404 || (roles.status == 200 && role.empty())) {
    return Lookup{.absence = "the instance has no role"};
  }
  if (roles.status != 200) return refusal(roles.status, "the role");
  LARDER_TRY(const Response answer, metadata.get(std::string(kRolesPath) + role));
  if (answer.status != 200) return refusal(answer.status, "the role's credentials");
  LARDER_TRY(Credentials credentials, parse_endpoint_document(util::as_text(answer.body)));
  return Lookup{.credentials = std::move(credentials)};
}

}  // namespace

Result<Lookup> from_instance(const LookupContext& context) {
  const Variables& variables = context.variables;
  if (is_value(variables.find("AWS_EC2_METADATA_DISABLED"), "true")) {
    return Lookup{.absence = "AWS_EC2_METADATA_DISABLED is set"};
  }
  constexpr std::string_view kWhat = "the instance's metadata service";
  Metadata metadata(context);
  auto opened = metadata.open();
  if (!opened && !variables.find("AWS_EC2_METADATA_SERVICE_ENDPOINT")) {
    // Most machines have none, and other clouds have something else at its address.
    return Lookup{.absence = std::move(opened).error().context(kWhat).message()};
  }
  if (!opened) return fail(std::move(opened).error().context(kWhat));
  auto found = ask(metadata);
  if (!found) return fail(std::move(found).error().context(kWhat));
  return found;
}

}  // namespace larder::s3
