#pragma once

#include <functional>

#include <cstddef>

namespace larder::util {

/// Calls `work` once for each number below `count`, from both ends at once: in rising order on the
/// caller's thread, in falling order on a second one, where there is a processor for it. `work` may
/// be called by both at the same time, with different numbers. Returns when all is done.
void from_both_ends(std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace larder::util
