#pragma once

#include "backend/courier/connection.h"
#include <larder/config.h>
#include <larder/result.h>

namespace larder::cli {

/// The courier of these settings, this user and this environment. A readlink and what
/// compose::courier_endpoint() costs. Errors: as that.
Result<courier::Endpoint> find_courier(const Config& config);

}  // namespace larder::cli
