#include "backend/memory/memory_backend.h"
#include "store/view.h"
#include <larder/open.h>

namespace larder {

Result<std::unique_ptr<Store>> open_memory_store(const MemoryOptions& options) {
  return store::make_store(memory::make_backend(options), options.max_bytes);
}

}  // namespace larder
