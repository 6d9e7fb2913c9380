#include "compose/fields.h"
#include <larder/config.h>
#include <larder/open.h>

namespace larder {
namespace {

Result<std::unique_ptr<Store>> open_memory(const CacheConfig& config) {
  return open_memory_store({
      .max_bytes = config.max_bytes.value,
      .max_blob_bytes = config.max_blob_bytes.value,
  });
}

}  // namespace

StoreType memory_store_type() noexcept {
  return {.name = compose::kMemoryType, .open = open_memory};
}

}  // namespace larder
