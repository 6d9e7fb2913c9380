#pragma once

#include "compile/stores.h"
#include <larder/config.h>
#include <larder/result.h>

namespace larder::cli {

/// What compiles use by these settings: the stores on this machine that the list begins with, and
/// whatever follows them through the courier. Opens nothing but those here.
/// Errors: as from_config().
Result<compile::Stores> open_compile_tiers(Config config);

}  // namespace larder::cli
