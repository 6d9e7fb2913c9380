#pragma once

#include <larder/result.h>

#include <string>

namespace larder::s3 {

/// A token from a file, without the space at its end. Read anew each time: who writes such files
/// replaces them before they expire. Errors: invalid_argument (empty), no_space (over 64 KiB),
/// denied, unavailable (absent), io.
Result<std::string> read_secret_file(const std::string& path);

}  // namespace larder::s3
