#pragma once

#include "store/pack.h"
#include <larder/result.h>

#include <memory>

namespace larder::courier {

/// The pack itself where it is a file's, else a copy in a file without a name: what can be handed
/// to another process. Errors: corrupt, no_space, io.
Result<std::shared_ptr<const store::PackBytes>> in_file(
    std::shared_ptr<const store::PackBytes> pack);

}  // namespace larder::courier
