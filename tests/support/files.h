#pragma once

#include "support/data.h"
#include "sys/file.h"
#include "sys/process.h"
#include "util/assert.h"

#include <string>
#include <string_view>
#include <vector>

/// Files and commands for tests.
namespace larder::support {

/// Makes or replaces a file, and the directories it lies in.
inline void write_file(const std::string& path, std::string_view text) {
  LARDER_ASSERT(sys::make_dirs(sys::parent_path(path)).has_value());
  make_file(path, util::as_bytes(text));
}

/// Runs a shell script in `directory`; whether it succeeded. Its output is in the test's log.
inline bool run_in(const std::string& directory, const std::string& script) {
  const auto outcome = sys::run_forwarding({
      .program = "/bin/sh",
      .arguments = {"sh", "-c", "cd '" + directory + "' && { " + script + "\n}"},
  });
  return outcome && outcome->status.is_success();
}

}  // namespace larder::support
