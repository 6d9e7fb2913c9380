#include "backend/s3/location.h"

#include "backend/s3/credentials/variables.h"
#include "util/try.h"
#include "util/utf8.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace larder::s3 {
namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";

tl::unexpected<Error> refuse(std::string_view what, std::string_view value, std::string_view why) {
  std::string message(what);
  message.append(" \"").append(value).append("\": ").append(why);
  return fail(ErrorCode::invalid_argument, std::move(message));
}

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// By AWS's rules, but for upper case and `_`, which old buckets and other services have.
Result<void> check_bucket(std::string_view bucket) {
  if (bucket.size() < 3 || bucket.size() > 255) {
    return refuse("bucket", bucket, "its name must have 3 to 255 characters");
  }
  const auto fits = [](char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_'; };
  if (!std::ranges::all_of(bucket, fits)) {
    return refuse("bucket", bucket, "only letters, digits and - . _ are allowed in its name");
  }
  if (!is_alphanumeric(bucket.front()) || bucket.find("..") != std::string_view::npos) {
    return refuse("bucket", bucket, "its name begins with a letter or digit and has no two dots");
  }
  return {};
}

/// `.` and `..` are dropped from paths on the way, by proxies and services.
bool has_dot_component(std::string_view path) {
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view component = path.substr(0, end);
    if (component == "." || component == "..") return true;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return false;
}

Result<void> check_prefix(std::string_view prefix) {
  const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; };
  if (!util::is_utf8(prefix) || std::ranges::any_of(prefix, is_control)) {
    return refuse("prefix", prefix, "it must be UTF-8 without control characters");
  }
  if (prefix.starts_with('/') || prefix.find("//") != std::string_view::npos ||
      has_dot_component(prefix)) {
    return refuse("prefix", prefix, "it has an empty component, or one that is \".\" or \"..\"");
  }
  if (prefix.size() > 500) return refuse("prefix", prefix, "it is longer than 500 bytes");
  return {};
}

/// The endpoint without a "/" at its end.
Result<std::string> check_endpoint(std::string_view endpoint) {
  std::string_view rest = endpoint;
  if (rest.starts_with(kHttps)) {
    rest.remove_prefix(kHttps.size());
  } else if (rest.starts_with(kHttp)) {
    rest.remove_prefix(kHttp.size());
  } else {
    return refuse("endpoint", endpoint, "it must begin with http:// or https://");
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.empty() || rest.find_first_of("/?#@ ") != std::string_view::npos) {
    return refuse("endpoint", endpoint, "after http[s]:// there must be a host and maybe a port");
  }
  return std::string(endpoint.substr(0, endpoint.size() - (endpoint.ends_with('/') ? 1 : 0)));
}

/// The first of these that is set.
std::optional<std::string> first_of(const Variables& variables,
                                    std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (auto value = variables.find(name)) return value;
  }
  return std::nullopt;
}

}  // namespace

Result<Location> Location::from(const S3Options& options) {
  LARDER_CHECK(check_bucket(options.bucket));
  LARDER_CHECK(check_prefix(options.prefix));
  const Variables variables(options.environment);
  Location location;
  location.bucket_ = options.bucket;
  location.region_ = options.region;
  if (!location.region_)
    location.region_ = first_of(variables, {"AWS_REGION", "AWS_DEFAULT_REGION"});
  std::optional<std::string> endpoint = options.endpoint;
  if (!endpoint) endpoint = first_of(variables, {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"});
  if (endpoint) {
    LARDER_TRY(location.endpoint_, check_endpoint(*endpoint));
  }
  // AWS's certificate is for one label before its own names.
  const bool has_dots = options.bucket.find('.') != std::string::npos;
  location.is_virtual_host_ = options.virtual_host.value_or(!endpoint && !has_dots);
  return location;
}

Result<Site> Location::in_region(const std::string& region) const {
  const auto fits = [](char c) { return is_alphanumeric(c) || c == '-'; };
  if (region.empty() || !std::ranges::all_of(region, fits)) {
    return refuse("region", region, "a region is letters, digits and -");
  }
  Site site;
  site.region = region;
  std::string endpoint = endpoint_;
  if (endpoint.empty()) {
    const std::string_view domain =
        region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
    endpoint.append(kHttps).append("s3.").append(region).append(domain);
  }
  site.is_https = endpoint.starts_with(kHttps);
  if (is_virtual_host_) {
    site.url = endpoint.insert((site.is_https ? kHttps : kHttp).size(), bucket_ + '.') + '/';
  } else {
    site.url = endpoint + '/' + bucket_ + '/';
  }
  return site;
}

}  // namespace larder::s3
