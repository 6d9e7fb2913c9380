#pragma once

#include <larder/config.h>
#include <larder/result.h>

#include <span>
#include <string>

namespace larder::courier {

/// Is the courier of this process's settings and environment until there is nothing more to do.
/// `program` is the path of this program. Success also if another one is that courier. To be called
/// once, by the only thread. Errors: as load_config() and from_config(), denied, io.
Result<void> serve(const std::string& program, std::span<const StoreType> types);

}  // namespace larder::courier
