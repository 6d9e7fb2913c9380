#include "backend/disk/disk_backend.h"
#include "store/view.h"
#include "util/try.h"
#include <larder/open.h>

namespace larder {

Result<std::unique_ptr<Store>> open_disk_store(const DiskOptions& options) {
  LARDER_TRY(auto backend, disk::open_backend(options));
  return store::make_store(std::move(backend), options.max_bytes);
}

}  // namespace larder
