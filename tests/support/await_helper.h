#pragma once

#include "util/helper.h"

#include <atomic>

namespace larder::support {

/// Waits until the helper, which must be one that is always started, has done all that was begun so
/// far.
inline void await(util::Helper& helper) {
  std::atomic<bool> is_done = false;
  const util::Helper::Task last = helper.begin([&] {
    is_done = true;
    is_done.notify_all();
  });
  is_done.wait(false);
}

}  // namespace larder::support
