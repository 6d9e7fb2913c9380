#include "cli/compile_store.h"

#include "util/try.h"

#include <algorithm>
#include <array>
#include <utility>

namespace larder::cli {

std::span<const StoreType> local_store_types() {
  static const std::array types = {disk_store_type(), memory_store_type()};
  return types;
}

Result<CompileStore> open_compile_store(Config config) {
  const auto is_local = [](const CacheConfig& cache) {
    const auto types = local_store_types();
    return std::ranges::find(types, cache.type.value, &StoreType::name) != types.end();
  };
  const auto local = std::ranges::find_if(config.caches, is_local);
  if (local == config.caches.end()) {
    return fail(ErrorCode::invalid_argument,
                config.file + ": no store on this machine, which compiles need");
  }
  std::swap(config.caches.front(), *local);
  config.caches.resize(1);
  LARDER_TRY(auto stores, from_config(config, local_store_types()));
  return CompileStore{std::move(stores.front()), config.caches.front().max_bytes.value};
}

}  // namespace larder::cli
