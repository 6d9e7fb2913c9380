#pragma once

#include "util/helper.h"

#include <functional>

#include <cstddef>

namespace larder::util {

/// Calls `work` once for each number below `count`, from both ends at once: from the first on by
/// the caller's thread, from the last on by the helper's, once that has time for it. Each takes
/// `block` numbers at a time. `work` may be called by both at the same time, with different
/// numbers. Returns when all is done.
void from_both_ends(Helper& helper, std::size_t count, std::size_t block,
                    const std::function<void(std::size_t)>& work);

}  // namespace larder::util
