#include "compose/store_url.h"

#include "compose/fields.h"
#include "util/hex.h"
#include "util/similar.h"
#include "util/try.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <cstddef>

namespace larder::compose {
namespace {

constexpr std::string_view kSchemeEnd = "://";
constexpr std::string_view kForm = "s3://BUCKET/PREFIX?KEY=VALUE&...";

tl::unexpected<Error> refuse(std::string_view why) {
  return fail(ErrorCode::invalid_argument,
              std::string(why) + "; the form is " + std::string(kForm));
}

tl::unexpected<Error> refuse_credentials(std::string_view what) {
  return fail(ErrorCode::invalid_argument,
              std::string(what) +
                  ": a URL is seen by others; put credentials into the config file, the "
                  "environment (AWS_ACCESS_KEY_ID) or a profile (profile=NAME)");
}

/// The part of `rest` before the first `end`, which is taken off with it.
std::string_view take_until(std::string_view& rest, char end) {
  const std::size_t at = std::min(rest.find(end), rest.size());
  const std::string_view part = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return part;
}

/// The text with each `%XX` replaced by the byte it stands for. `what` it is, for errors.
Result<std::string> decode(std::string_view text, std::string_view what) {
  std::string decoded;
  while (!text.empty()) {
    if (text.front() != '%') {
      decoded += text.front();
      text.remove_prefix(1);
      continue;
    }
    std::array<std::byte, 1> byte = {};
    if (text.size() < 3 || !util::from_hex(text.substr(1, 2), byte) || byte[0] == std::byte{0}) {
      return refuse(std::string(what) + ": a % without two hex digits, or NUL");
    }
    decoded += static_cast<char>(byte[0]);
    text.remove_prefix(3);
  }
  return decoded;
}

bool is_credential(const Field<CacheConfig>& field) {
  return field.is_secret || field.key == "access_key";
}

/// Whether a URL sets the field by a parameter.
bool is_parameter(const Field<CacheConfig>& field) {
  return (field.types & kOfS3) != 0 && field.key != "type" && field.key != "bucket";
}

tl::unexpected<Error> unknown_parameter(std::string_view key) {
  std::vector<std::string_view> known;
  for (const auto& field : cache_fields()) {
    if (is_parameter(field) && !is_credential(field)) known.push_back(field.key);
  }
  std::string message = "unknown parameter \"";
  message.append(key).append("\"");
  if (const auto meant = util::most_similar(key, known)) {
    message.append("; did you mean \"").append(*meant).append("\"?");
  }
  return fail(ErrorCode::invalid_argument, std::move(message));
}

/// Sets what one `KEY=VALUE` says.
Result<void> set_parameter(std::string_view parameter, const Environment& environment,
                           CacheConfig& cache) {
  if (parameter.find('=') == std::string_view::npos) return refuse("a parameter without a value");
  LARDER_TRY(const std::string key, decode(take_until(parameter, '='), "a parameter's name"));
  const auto fields = cache_fields();
  const auto field = std::ranges::find(fields, key, &Field<CacheConfig>::key);
  if (field == fields.end() || !is_parameter(*field)) return unknown_parameter(key);
  if (is_credential(*field)) return refuse_credentials(key);
  if (field->origin(cache).kind != Origin::Kind::built_in) return refuse(key + ": given twice");
  LARDER_TRY(const std::string text, decode(parameter, key));
  auto value = value_of_variable(field->type, text);
  if (!value) return fail(std::move(value).error().context(key));
  auto set = field->set(cache, *value, environment, {.kind = Origin::Kind::caller});
  return set ? Result<void>() : fail(std::move(set).error().context(key));
}

/// Sets bucket and prefix.
Result<void> set_place(std::string_view place, CacheConfig& cache) {
  const Origin origin = {.kind = Origin::Kind::caller};
  const std::string_view bucket = take_until(place, '/');
  if (bucket.find('@') != std::string_view::npos) return refuse_credentials("USER@");
  LARDER_TRY(cache.bucket.value, decode(bucket, "the bucket"));
  cache.bucket.origin = origin;
  if (cache.bucket.value.empty()) return refuse("no bucket is named");
  if (place.empty()) return {};
  LARDER_TRY(cache.prefix.value, decode(place, "the prefix"));
  cache.prefix.origin = origin;
  if (!cache.prefix.value.ends_with('/')) cache.prefix.value += '/';
  return {};
}

}  // namespace

bool is_url(std::string_view text) noexcept {
  // A scheme has no slash: "a/b://c" is a path.
  return text.find(kSchemeEnd) < text.find('/');
}

Result<CacheConfig> parse_store_url(std::string_view url, const Environment& environment) {
  const std::size_t scheme_end = url.find(kSchemeEnd);
  if (url.substr(0, scheme_end) != kS3Type) return refuse("a store of another kind");
  url.remove_prefix(scheme_end + kSchemeEnd.size());
  if (url.find('#') != std::string_view::npos) return refuse("a # is written %23");
  CacheConfig cache;
  cache.type = {std::string(kS3Type), {.kind = Origin::Kind::caller}};
  cache.max_bytes.value = std::nullopt;
  LARDER_CHECK(set_place(take_until(url, '?'), cache));
  while (!url.empty()) {
    const std::string_view parameter = take_until(url, '&');
    if (!parameter.empty()) LARDER_CHECK(set_parameter(parameter, environment, cache));
  }
  return cache;
}

}  // namespace larder::compose
