#include "backend/s3/credentials/sts.h"

#include "backend/s3/credentials/document.h"
#include "backend/s3/credentials/secret_file.h"
#include "backend/s3/signer.h"
#include "backend/s3/uri.h"
#include "util/try.h"

#include <pugixml.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace larder::s3 {
namespace {

using sys::http::Request;
using sys::http::Response;

std::string endpoint_of(const LookupContext& context, std::string_view region) {
  for (const auto* const name : {"AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"}) {
    if (auto endpoint = context.variables.find(name)) return *endpoint;
  }
  std::string endpoint("https://sts.");
  endpoint.append(region).append(".amazonaws.com");
  return region.starts_with("cn-") ? endpoint + ".cn" : endpoint;
}

void add_field(std::string& form, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  form.append("&").append(name).append("=").append(encode_value(value));
}

/// A form as STS takes it.
std::string form_of(std::string_view action, const RoleRequest& role) {
  std::string form("Action=");
  form.append(action).append("&Version=2011-06-15");
  add_field(form, "RoleArn", role.role_arn);
  add_field(form, "RoleSessionName", role.session_name);
  add_field(form, "ExternalId", role.external_id);
  add_field(form, "DurationSeconds", role.duration);
  return form;
}

Request request_with(const LookupContext& context, const RoleRequest& role, std::string_view form) {
  std::string url = endpoint_of(context, role.region);
  if (!url.ends_with('/')) url += '/';
  constexpr std::chrono::seconds kAnswer(5);
  return {.method = "POST",
          .url = std::move(url),
          .headers = {{.name = "Content-Type", .value = "application/x-www-form-urlencoded"}},
          .upload = {.bytes = util::as_bytes(form)},
          .deadlines = {.first_byte = kAnswer, .total = 2 * kAnswer}};
}

/// The code of an error, such as "AccessDenied"; without its message, which for a wrong signature
/// repeats what was signed, the session token among it.
std::string error_code_in(const pugi::xml_document& document) {
  auto error = document.child("ErrorResponse").child("Error");
  if (!error) error = document.child("Error");  // As services other than AWS's have it.
  const std::string_view code = error.child_value("Code");
  const bool is_code = code.size() <= 64 && std::ranges::all_of(code, [](char c) {
                         return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.';
                       });
  return is_code ? std::string(code) : std::string();
}

bool is_passing(int status, std::string_view code) {
  return status >= 500 || status == 429 || code == "Throttling" || code == "IDPCommunicationError";
}

tl::unexpected<Error> refusal(const Response& response, const pugi::xml_document& document) {
  const std::string code = error_code_in(document);
  std::string message = "STS answers " + std::to_string(response.status);
  if (!code.empty()) message += " " + code;
  return fail(is_passing(response.status, code) ? ErrorCode::unavailable : ErrorCode::denied,
              std::move(message));
}

Result<Credentials> read_response(const Response& response, const char* action) {
  pugi::xml_document document;
  const bool is_document = document.load_buffer(response.body.data(), response.body.size());
  if (response.status != 200) return refusal(response, document);
  const std::string name(action);
  const auto node = document.child((name + "Response").c_str())
                        .child((name + "Result").c_str())
                        .child("Credentials");
  Credentials credentials = {.access_key = node.child_value("AccessKeyId"),
                             .secret_key = node.child_value("SecretAccessKey"),
                             .session_token = node.child_value("SessionToken"),
                             .expiry = parse_expiration(node.child_value("Expiration"))};
  if (!is_document || credentials.access_key.empty() || credentials.secret_key.empty() ||
      !credentials.expiry) {
    return fail(ErrorCode::unavailable, "what STS answers are no credentials");
  }
  return credentials;
}

Result<Credentials> send(const LookupContext& context, const Request& request, const char* action) {
  LARDER_TRY(const Response response, context.transport.send(request));
  return read_response(response, action);
}

}  // namespace

Result<Credentials> assume_role(const LookupContext& context, const RoleRequest& role,
                                const Credentials& source) {
  const std::string form = form_of("AssumeRole", role);
  Request request = request_with(context, role, form);
  sign(request, sha256_hex(util::as_bytes(form)), source,
       {.region = role.region, .service = "sts", .time = context.clock.now()});
  return send(context, request, "AssumeRole");
}

Result<Credentials> assume_role_with_web_identity(const LookupContext& context,
                                                  const RoleRequest& role,
                                                  const std::string& token_file) {
  LARDER_TRY(const std::string token, read_secret_file(token_file));
  std::string form = form_of("AssumeRoleWithWebIdentity", role);
  add_field(form, "WebIdentityToken", token);
  return send(context, request_with(context, role, form), "AssumeRoleWithWebIdentity");
}

}  // namespace larder::s3
