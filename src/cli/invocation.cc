#include "cli/invocation.h"

#include "store/namespace_path.h"
#include "store/quantity.h"
#include "util/try.h"

#include <utility>

namespace larder::cli {

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

Result<Config> Invocation::config() const {
  return load_config({.dir = std::string(arguments_.value("--dir").value_or(""))});
}

Result<std::vector<std::unique_ptr<Store>>> Invocation::open_stores(const Config& config) const {
  return from_config(config, types_);
}

Result<std::unique_ptr<Store>> Invocation::open_compile_store() const {
  LARDER_TRY(const Config config, this->config());
  LARDER_TRY(auto stores, open_stores(config));
  return std::move(stores.front());
}

Result<Invocation::Target> Invocation::open_target() {
  const auto dir = arguments_.value("--dir");
  if (dir && dir->empty()) {
    failure_ = ExitCode::usage;
    return fail(ErrorCode::invalid_argument, "--dir: expected a directory");
  }
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
