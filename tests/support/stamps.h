#pragma once

#include "compile/file_digests.h"

#include <gtest/gtest.h>

#include <ctime>

namespace larder::support {

/// Returns once a change of any file would show in its time stamps, which move on every few
/// milliseconds: until then larder takes what was just written for still being written.
inline void let_stamps_move_on() {
  // The clock that stamps are compared with is behind the one that some file systems stamp with,
  // and may be so even just after it has moved on.
  struct timespec now = {};
  ASSERT_EQ(::clock_gettime(CLOCK_REALTIME, &now), 0);
  const std::int64_t now_ns = std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
  while (compile::coarse_now_ns() <= now_ns) continue;
}

}  // namespace larder::support
