#include "cli/invocation.h"

#include "compose/environment.h"
#include "compose/fields.h"
#include "compose/store_url.h"
#include "store/namespace_path.h"
#include "store/quantity.h"
#include "util/try.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace larder::cli {
namespace {

constexpr std::string_view kStore = "--store";
constexpr std::string_view kDir = "--dir";

}  // namespace

Result<std::optional<std::uint64_t>> Invocation::size(std::string_view option) {
  const auto text = arguments_.value(option);
  if (!text) return std::optional<std::uint64_t>();
  auto bytes = usage(store::parse_size(*text));
  if (!bytes) return fail(std::move(bytes).error().context(option));
  if (!*bytes) {
    failure_ = ExitCode::usage;
    return fail(ErrorCode::invalid_argument, std::string(option) + ": expected a size");
  }
  return *bytes;
}

Result<std::optional<std::chrono::seconds>> Invocation::age(std::string_view option) {
  const auto text = arguments_.value(option);
  if (!text) return std::optional<std::chrono::seconds>();
  auto age = usage(store::parse_age(*text));
  if (!age) return fail(std::move(age).error().context(option));
  return std::optional(*age);
}

/// What the options say of the store, as far as the command line is to blame.
Result<void> Invocation::check_store_options() {
  const auto store = arguments_.value(kStore);
  const auto dir = arguments_.value(kDir);
  const auto refuse = [this](std::string message) {
    return usage(Result<void>(fail(ErrorCode::invalid_argument, std::move(message))));
  };
  if (store && dir) return refuse("--store and --dir: expected one of them");
  if (dir && dir->empty()) return refuse("--dir: expected a directory");
  if (!store) return {};
  if (store->empty()) return refuse("--store: expected a URL or a directory");
  if (!compose::is_url(*store)) return {};
  auto cache = usage(compose::parse_store_url(*store, compose::Environment(::environ)));
  return cache ? Result<void>() : fail(std::move(cache).error().context(kStore));
}

Result<Config> Invocation::config() {
  LARDER_CHECK(check_store_options());
  const std::string store(arguments_.value(kStore).value_or(""));
  if (compose::is_url(store)) return load_config({.url = store});
  const std::string dir(arguments_.value(kDir).value_or(""));
  return load_config({.dir = store.empty() ? dir : store});
}

Result<std::vector<std::unique_ptr<Store>>> Invocation::open_stores(const Config& config) const {
  return from_config(config, types_);
}

Result<CompileStore> Invocation::open_compile_store() {
  LARDER_TRY(Config config, this->config());
  return cli::open_compile_store(std::move(config));
}

bool Invocation::needs_store_program(Scope scope) {
  const bool has_s3 = std::ranges::find(types_, compose::kS3Type, &StoreType::name) != types_.end();
  if (scope == Scope::compile || has_s3) return false;
  const auto config = this->config();
  if (!config) return false;
  const std::span caches = config->caches;
  return std::ranges::any_of(
      scope == Scope::target ? caches.first(1) : caches,
      [](const CacheConfig& cache) { return cache.type.value == compose::kS3Type; });
}

Result<Invocation::Target> Invocation::open_target() {
  LARDER_TRY(const auto path,
             usage(store::NamespacePath::parse(arguments_.value("--namespace").value_or(""))));
  LARDER_TRY(Config config, this->config());
  config.caches.resize(1);
  LARDER_TRY(auto stores, open_stores(config));
  Target target = {.store = std::move(stores.front()),
                   .max_bytes = config.caches.front().max_bytes.value};
  for (const std::string_view component : path.components()) {
    LARDER_TRY(const Name name, Name::parse(component));
    LARDER_TRY(target.store, target.store->in_namespace(name));
    target.max_bytes = std::nullopt;
  }
  return target;
}

}  // namespace larder::cli
