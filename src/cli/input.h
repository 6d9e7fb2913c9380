#pragma once

#include "cli/progress.h"
#include "util/unique_fd.h"
#include <larder/result.h>

#include <string_view>

namespace larder::cli {

/// What stands for standard input among file operands.
inline constexpr std::string_view kStandardInput = "-";

/// The content of the file at `path`, or of standard input, as a regular file to be read from its
/// offset 0. What is no regular file or not at its start is copied to an unlinked file in $TMPDIR
/// (/tmp) first, so that memory does not grow with it; `progress` counts the bytes of that.
/// Errors: as opening, reading and writing.
Result<util::UniqueFd> open_input(std::string_view path, Progress& progress);

}  // namespace larder::cli
