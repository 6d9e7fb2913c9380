#include "compose/fields.h"
#include <larder/config.h>
#include <larder/open.h>

namespace larder {
namespace {

Result<std::unique_ptr<Store>> open_disk(const CacheConfig& config) {
  return open_disk_store({
      .dir = config.location.value,
      .max_bytes = config.max_bytes.value,
      .layout = config.layout.value,
      .compression = config.compression.value,
      .max_blob_bytes = config.max_blob_bytes.value,
      .durable = config.durable.value,
      .shared = config.shared.value,
      .read_only = config.read_only.value,
  });
}

}  // namespace

StoreType disk_store_type() noexcept { return {.name = compose::kDiskType, .open = open_disk}; }

}  // namespace larder
