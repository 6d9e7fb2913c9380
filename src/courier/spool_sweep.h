#pragma once

#include "backend/courier/spool.h"

#include <chrono>

namespace larder::courier {

/// Removes what nobody will upload any more: temporaries in `spool` whose writer is gone, and the
/// spools beside it that no courier has looked after for a month, as of a store that is configured
/// no longer. Whatever fails is left for the next time. To be called by the courier in charge of
/// `spool`, or before it is.
void sweep_spools(const Spool& spool, std::chrono::system_clock::time_point now);

}  // namespace larder::courier
