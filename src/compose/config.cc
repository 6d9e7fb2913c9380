#include "compose/config_file.h"
#include "compose/environment.h"
#include "compose/fields.h"
#include "compose/store_url.h"
#include "sys/file.h"
#include "util/bytes.h"
#include "util/try.h"
#include <larder/config.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include <cstddef>

namespace larder {
namespace {

using compose::Environment;
using compose::Field;

constexpr std::string_view kConfigVariable = "LARDER_CONFIG";
constexpr std::string_view kDirVariable = "LARDER_DIR";
constexpr std::string_view kPrefix = "LARDER_";

/// The permissions of a mode as chmod(1) has them, such as "0644".
std::string octal(mode_t mode) {
  std::string digits = "0";
  for (const unsigned shift : {6U, 3U, 0U}) {
    digits += static_cast<char>('0' + ((mode >> shift) & 7U));
  }
  return digits;
}

Result<std::string> read_text(int fd, const std::string& file) {
  constexpr std::size_t kMaxFileBytes = std::size_t{1} << 20;
  std::string text(kMaxFileBytes + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const auto rest = std::as_writable_bytes(std::span(text)).subspan(size);
    auto got = sys::read_some(fd, rest);
    if (!got) return fail(std::move(got).error().context(file));
    if (*got == 0) break;
    size += *got;
  }
  if (size > kMaxFileBytes) {
    return fail(ErrorCode::invalid_argument, file + ": longer than 1 MiB");
  }
  text.resize(size);
  return text;
}

/// Refuses a file that holds secrets and that others may read. Says where they are, not what.
Result<void> check_secrets(int fd, const Config& config) {
  for (const CacheConfig& cache : config.caches) {
    for (const auto& field : compose::cache_fields()) {
      const Origin& origin = field.origin(cache);
      const bool is_in_file = field.is_secret && origin.kind == Origin::Kind::file;
      if (!is_in_file || std::get<std::string>(field.get(cache)).empty()) continue;
      LARDER_TRY(const struct stat status, sys::stat_fd(fd));
      constexpr mode_t kOthersRead = S_IRGRP | S_IROTH;
      if ((status.st_mode & kOthersRead) == 0) return {};
      std::string message = config.file + ":" + std::to_string(origin.line) + ": ";
      message.append(field.key).append(": others may read this file (mode ");
      message.append(octal(status.st_mode)).append("); make it 0600, or name a profile instead");
      return fail(ErrorCode::denied, std::move(message));
    }
  }
  return {};
}

/// Reads the file if it exists; gives whether it does.
Result<bool> read_config_file(const std::string& file, const Environment& environment,
                              Config& config) {
  LARDER_TRY(const auto fd, sys::open_existing_at(AT_FDCWD, file, O_RDONLY));
  if (!fd) return false;
  config.file = file;
  LARDER_TRY(const std::string text, read_text(fd->get(), file));
  LARDER_CHECK(compose::parse_config(text, file, environment, config));
  LARDER_CHECK(check_secrets(fd->get(), config));
  return true;
}

Result<void> read_first_file(const ConfigSources& sources, const Environment& environment,
                             Config& config) {
  const std::string named(environment.find(kConfigVariable).value_or(""));
  if (named == "/dev/null") return {};
  if (!named.empty()) {
    auto path = environment.expand_path(named);
    if (!path) return fail(std::move(path).error().context(kConfigVariable));
    LARDER_TRY(const bool exists, read_config_file(*path, environment, config));
    if (exists) return {};
    return fail(ErrorCode::invalid_argument,
                std::string(kConfigVariable) + ": " + *path + " does not exist");
  }
  if (const auto directory = environment.base_directory("XDG_CONFIG_HOME", ".config")) {
    LARDER_TRY(const bool exists,
               read_config_file(*directory + "/config.toml", environment, config));
    if (exists) return {};
  }
  LARDER_CHECK(read_config_file(sources.system_file, environment, config));
  return {};
}

/// The store that variables are about: the first on disk. One is put first if there is no store,
/// or if LARDER_DIR asks for one and there is none on disk. nullptr if there is none.
CacheConfig* store_of_variables(const Environment& environment, Config& config) {
  const auto is_disk = [](const CacheConfig& cache) {
    return cache.type.value == compose::kDiskType;
  };
  const auto disk = std::ranges::find_if(config.caches, is_disk);
  if (disk != config.caches.end()) return &*disk;
  const bool has_dir = !environment.find(kDirVariable).value_or("").empty();
  if (!config.caches.empty() && !has_dir) return nullptr;
  return &*config.caches.emplace(config.caches.begin());
}

/// Sets the field from its variable.
template <typename Table>
Result<void> set_from_variable(const Field<Table>& field, std::string_view text,
                               const Environment& environment, Table* table) {
  if (text.empty() && !field.has_empty) return {};
  if (table == nullptr) {
    return fail(ErrorCode::invalid_argument,
                std::string(field.variable) + ": there is no store on disk that it could be for");
  }
  const Origin origin = {.kind = Origin::Kind::variable, .variable = field.variable};
  auto value = compose::value_of_variable(field.type, text);
  if (!value) return fail(std::move(value).error().context(field.variable));
  auto done = field.set(*table, *value, environment, origin);
  if (!done) return fail(std::move(done).error().context(field.variable));
  return {};
}

template <typename Table>
const Field<Table>* find_variable(std::span<const Field<Table>> fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &Field<Table>::variable);
  return found == fields.end() ? nullptr : &*found;
}

/// One pass over the environment, which on the way to a compile has no variable of larder's.
Result<void> apply_environment(const ConfigSources& sources, const Environment& environment,
                               Config& config) {
  const bool has_url = !sources.url.empty();
  CacheConfig* const cache = has_url ? nullptr : store_of_variables(environment, config);
  for (const char* const* entry = environment.entries(); *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (!text.starts_with(kPrefix)) continue;
    const std::string_view name = text.substr(0, text.find('='));
    const std::string_view value = text.substr(std::min(name.size() + 1, text.size()));
    if (name == kConfigVariable || (name == kDirVariable && !sources.dir.empty())) continue;
    if (const auto* field = find_variable(compose::compile_fields(), name)) {
      LARDER_CHECK(set_from_variable(*field, value, environment, &config.compile));
    } else if (const auto* courier_field = find_variable(compose::courier_fields(), name)) {
      LARDER_CHECK(set_from_variable(*courier_field, value, environment, &config.courier));
    } else if (const auto* cache_field = find_variable(compose::cache_fields(), name)) {
      if (has_url) continue;
      LARDER_CHECK(set_from_variable(*cache_field, value, environment, cache));
    } else {
      config.unknown_variables.emplace_back(name);
    }
  }
  return {};
}

/// Gives a store on disk its directory.
Result<void> settle_location(const Environment& environment, CacheConfig& cache) {
  std::string& location = cache.location.value;
  if (!location.empty()) return {};
  auto standard = environment.base_directory("XDG_CACHE_HOME", ".cache");
  if (!standard) {
    return fail(ErrorCode::invalid_argument,
                "choose the store's directory: none of LARDER_DIR, XDG_CACHE_HOME and HOME is "
                "set to an absolute path");
  }
  location = *std::move(standard);
  return {};
}

/// What no two stores may have in common; empty for a store that has no place.
std::string place_of(const CacheConfig& cache) {
  if (cache.type.value == compose::kDiskType) return cache.location.value;
  if (cache.type.value != compose::kS3Type) return {};
  std::string place = "s3://" + cache.bucket.value + "/" + cache.prefix.value;
  const std::string& endpoint = cache.endpoint.value;
  return endpoint.empty() ? place : place + " at " + endpoint;
}

/// Gives each store on disk its directory and refuses two stores in one place.
Result<void> settle_locations(const Environment& environment, Config& config) {
  std::vector<std::string> taken;
  for (CacheConfig& cache : config.caches) {
    if (cache.type.value == compose::kDiskType) LARDER_CHECK(settle_location(environment, cache));
    std::string place = place_of(cache);
    if (place.empty()) continue;
    if (std::ranges::find(taken, place) != taken.end()) {
      return fail(ErrorCode::invalid_argument,
                  config.file + ": two [[cache]] tables have the location " + place);
    }
    taken.push_back(std::move(place));
  }
  return {};
}

}  // namespace

Result<Config> load_config(const ConfigSources& sources) {
  const Environment environment(sources.environment != nullptr ? sources.environment : ::environ);
  Config config;
  if (!sources.url.empty()) {
    auto cache = compose::parse_store_url(sources.url, environment);
    if (!cache) return fail(std::move(cache).error().context("store URL"));
    config.caches.push_back(*std::move(cache));
  } else if (!sources.dir.empty()) {
    CacheConfig& cache = config.caches.emplace_back();
    cache.location = {sources.dir, {.kind = Origin::Kind::caller}};
    cache.max_bytes = {};
  } else {
    LARDER_CHECK(read_first_file(sources, environment, config));
  }
  LARDER_CHECK(apply_environment(sources, environment, config));
  LARDER_CHECK(settle_locations(environment, config));
  return config;
}

}  // namespace larder
