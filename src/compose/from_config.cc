#include "util/try.h"
#include <larder/config.h>

#include <algorithm>
#include <utility>

namespace larder {
namespace {

tl::unexpected<Error> unlinked(const Config& config, const Setting<std::string>& type,
                               std::span<const StoreType> types) {
  std::string message;
  if (type.origin.kind == Origin::Kind::file) {
    message = config.file + ":" + std::to_string(type.origin.line) + ": ";
  }
  message.append("type: \"").append(type.value).append("\": this program has only");
  for (const StoreType& known : types) message.append(" \"").append(known.name).append("\"");
  return fail(ErrorCode::invalid_argument, std::move(message));
}

}  // namespace

Result<std::vector<std::unique_ptr<Store>>> from_config(const Config& config,
                                                        std::span<const StoreType> types) {
  std::vector<std::unique_ptr<Store>> stores;
  for (const CacheConfig& cache : config.caches) {
    const auto type = std::ranges::find(types, cache.type.value, &StoreType::name);
    if (type == types.end()) return unlinked(config, cache.type, types);
    CacheConfig effective = cache;
    effective.read_only.value |= config.compile.read_only.value;
    LARDER_TRY(auto store, type->open(effective));
    stores.push_back(std::move(store));
  }
  return stores;
}

}  // namespace larder
