#pragma once

#include "util/helper.h"

#include <functional>

#include <cstddef>

namespace larder::util {

/// Calls `work` once for each number below `count`, from both ends at once: in rising order on the
/// caller's thread, in falling order on the helper's, once that has time for it. `work` may be
/// called by both at the same time, with different numbers. Returns when all is done.
void from_both_ends(Helper& helper, std::size_t count,
                    const std::function<void(std::size_t)>& work);

}  // namespace larder::util
