#include "backend/s3/canonical_request.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <cstddef>

namespace larder::s3 {
namespace {

using sys::http::Header;
using sys::http::Headers;

struct UrlParts {
  std::string_view scheme;
  std::string_view authority;
  std::string_view path;  // empty or from '/' on
  std::string_view query;
};

UrlParts split(std::string_view url) {
  UrlParts parts;
  const auto scheme_end = url.find("://");
  if (scheme_end != std::string_view::npos) {
    parts.scheme = url.substr(0, scheme_end);
    url.remove_prefix(scheme_end + 3);
  }
  const auto authority_end = std::min(url.find_first_of("/?"), url.size());
  parts.authority = url.substr(0, authority_end);
  url.remove_prefix(authority_end);
  const auto path_end = std::min(url.find('?'), url.size());
  parts.path = url.substr(0, path_end);
  if (path_end < url.size()) parts.query = url.substr(path_end + 1);
  return parts;
}

/// By name and then value; one without a value has an empty one.
std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string_view, std::string_view>> parameters;
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(parameter.size() + 1, query.size()));
    if (parameter.empty()) continue;
    const auto name_end = std::min(parameter.find('='), parameter.size());
    parameters.emplace_back(parameter.substr(0, name_end),
                            parameter.substr(std::min(name_end + 1, parameter.size())));
  }
  std::ranges::sort(parameters);
  std::string canonical;
  for (const auto& [name, value] : parameters) {
    if (!canonical.empty()) canonical += '&';
    canonical.append(name).append("=").append(value);
  }
  return canonical;
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Without space around, and with one for each run of it within.
std::string collapse(std::string_view value) {
  std::string collapsed;
  bool is_after_space = false;
  for (const char c : value) {
    if (is_space(c)) {
      is_after_space = true;
      continue;
    }
    if (is_after_space && !collapsed.empty()) collapsed += ' ';
    is_after_space = false;
    collapsed += c;
  }
  return collapsed;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

/// By name in lower case; several of one name become one, in the order they were.
Headers canonical_headers(const Headers& headers) {
  Headers canonical;
  for (const Header& header : headers) {
    canonical.push_back({.name = lower_case(header.name), .value = collapse(header.value)});
  }
  std::ranges::stable_sort(canonical, {}, &Header::name);
  Headers merged;
  for (Header& header : canonical) {
    if (!merged.empty() && merged.back().name == header.name) {
      merged.back().value.append(",").append(header.value);
    } else {
      merged.push_back(std::move(header));
    }
  }
  return merged;
}

}  // namespace

CanonicalRequest canonicalise(const sys::http::Request& request, std::string_view payload_sha256) {
  const UrlParts url = split(request.url);
  CanonicalRequest canonical;
  std::string& text = canonical.text;
  text.append(request.method).append("\n");
  text.append(url.path.empty() ? "/" : url.path).append("\n");
  text.append(canonical_query(url.query)).append("\n");
  for (const Header& header : canonical_headers(request.headers)) {
    text.append(header.name).append(":").append(header.value).append("\n");
    if (!canonical.signed_headers.empty()) canonical.signed_headers += ';';
    canonical.signed_headers += header.name;
  }
  text.append("\n").append(canonical.signed_headers).append("\n").append(payload_sha256);
  return canonical;
}

std::string host_of(std::string_view url) {
  const UrlParts parts = split(url);
  std::string_view host = parts.authority;
  const std::string_view own_port = parts.scheme == "https" ? ":443" : ":80";
  if (host.ends_with(own_port)) host.remove_suffix(own_port.size());
  return std::string(host);
}

}  // namespace larder::s3
