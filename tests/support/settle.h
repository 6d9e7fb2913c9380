#pragma once

#include "compile/file_digests.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

namespace larder::support {

/// Returns once the clock that files are stamped with has gone on since the file last changed, a
/// few milliseconds: from then on a change would show in its stamp.
inline void settle(const std::string& path) {
  struct stat status = {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0) << path;
  const std::int64_t changed = compile::FileStamp::of(status).ctime_ns;
  while (compile::coarse_now_ns() <= changed) {
  }
}

}  // namespace larder::support
