#pragma once

#include "util/unique_fd.h"
#include <larder/result.h>

#include <optional>
#include <string>

namespace larder::sys {

/// Opens `path` relative to `dir` without following a symbolic link anywhere in it, close-on-exec.
/// Nullopt if something on the way is missing, is no directory, or is a symbolic link. Creates
/// nothing. One syscall (openat2; one for each component before Linux 5.6). Thread-safe.
Result<std::optional<util::UniqueFd>> open_beneath(int dir, const std::string& path, int flags);

}  // namespace larder::sys
