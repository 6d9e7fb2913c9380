#include "compose/courier_endpoint.h"

#include "backend/courier/protocol.h"
#include "backend/courier/runtime_dir.h"
#include "compose/environment.h"
#include "compose/fields.h"
#include "sys/file.h"
#include "util/hash.h"
#include "util/try.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <vector>

#include <cctype>

namespace larder::compose {
namespace {

/// Digits that tell couriers and spools apart.
constexpr std::size_t kNameDigits = 32;

std::string name_of(const util::Blake3& hash) { return hash.finish().hex().substr(0, kNameDigits); }

void add_value(util::Blake3& hash, const FieldValue& value) {
  hash.field(value.index());
  if (const auto* text = std::get_if<std::string>(&value)) hash.field(*text);
  if (const auto* flag = std::get_if<bool>(&value)) hash.field(std::uint64_t{*flag});
  if (const auto* size = std::get_if<SizeValue>(&value)) {
    hash.field(std::uint64_t{size->bytes.has_value()}).field(size->bytes.value_or(0));
  }
  if (const auto* age = std::get_if<AgeValue>(&value)) {
    hash.field(static_cast<std::uint64_t>(age->seconds.count()));
  }
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    hash.field(list->size());
    for (const std::string& text : *list) hash.field(text);
  }
}

void add_settings(util::Blake3& hash, const Config& config) {
  for (const Field<CourierConfig>& field : courier_fields()) {
    add_value(hash, field.get(config.courier));
  }
  hash.field(config.caches.size()).field(std::uint64_t{config.compile.read_only.value});
  for (const CacheConfig& cache : config.caches) {
    for (const Field<CacheConfig>& field : cache_fields()) add_value(hash, field.get(cache));
    // Which the fields do not give.
    hash.field(cache.secret_key.value).field(cache.session_token.value);
  }
}

/// Whether the variable decides how a service is reached or who asks it.
bool is_access_variable(std::string_view name) {
  constexpr std::array kOthers = {"HOME", "SSL_CERT_DIR", "SSL_CERT_FILE"};
  if (name.starts_with("AWS_") || std::ranges::find(kOthers, name) != kOthers.end()) return true;
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower.ends_with("_proxy");
}

void add_environment(util::Blake3& hash, const char* const* environment) {
  std::vector<std::string_view> variables;
  for (const char* const* entry = environment; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (is_access_variable(text.substr(0, text.find('=')))) variables.push_back(text);
  }
  std::ranges::sort(variables);
  hash.field(variables.size());
  for (const std::string_view text : variables) hash.field(text);
}

Result<void> add_program(util::Blake3& hash, const std::string& program) {
  LARDER_TRY(const auto status, sys::stat_at(AT_FDCWD, program));
  if (!status) return fail(ErrorCode::unavailable, program + ": there is no such program");
  const std::array words = {static_cast<std::uint64_t>(status->st_dev),
                            static_cast<std::uint64_t>(status->st_ino),
                            static_cast<std::uint64_t>(status->st_size),
                            static_cast<std::uint64_t>(status->st_mtim.tv_sec),
                            static_cast<std::uint64_t>(status->st_mtim.tv_nsec)};
  hash.field(std::as_bytes(std::span(words)));
  return {};
}

/// Where uploads to these tiers wait, by what the tiers are and not by who asks them.
std::string spool_of(const Config& config, const courier::RuntimeDir& dir) {
  util::Blake3 hash;
  for (const CacheConfig& cache : std::span(config.caches).subspan(leading_local(config))) {
    hash.field(cache.type.value).field(cache.location.value);
    hash.field(cache.endpoint.value).field(cache.bucket.value).field(cache.prefix.value);
  }
  const std::string name = name_of(hash);
  const CacheConfig& first = config.caches.front();
  const bool is_on_disk = first.type.value == kDiskType && !first.read_only.value;
  if (!is_on_disk) return dir.path() + "/spool-" + name;
  return first.location.value + "/.larder/spool/" + std::to_string(::geteuid()) + "-" + name;
}

}  // namespace

std::size_t leading_local(const Config& config) noexcept {
  const auto is_local = [](const CacheConfig& cache) {
    return cache.type.value == kDiskType || cache.type.value == kMemoryType;
  };
  const auto first = std::ranges::find_if_not(config.caches, is_local);
  return static_cast<std::size_t>(first - config.caches.begin());
}

Result<courier::Endpoint> courier_endpoint(const Config& config, const char* const* environment,
                                           const std::string& program) {
  util::Blake3 hash;
  hash.field(std::uint64_t{courier::kVersion}).field(std::uint64_t{::geteuid()});
  LARDER_CHECK(add_program(hash, program));
  add_settings(hash, config);
  add_environment(hash, environment);
  LARDER_TRY(courier::RuntimeDir dir,
             courier::RuntimeDir::open(Environment(environment).find("XDG_RUNTIME_DIR")));
  std::string spool = spool_of(config, dir);
  return courier::Endpoint{.dir = std::move(dir),
                           .name = name_of(hash),
                           .program = program,
                           .spool = std::move(spool),
                           .max_spool_bytes = config.courier.spool_bytes.value};
}

}  // namespace larder::compose
