#pragma once

#include "compose/environment.h"
#include <larder/config.h>
#include <larder/result.h>

#include <string>
#include <string_view>

namespace larder::compose {

/// Sets in `config` what the TOML text says; `file` is its name in errors. Paths are expanded by
/// `environment`. Errors: invalid_argument, with file, line and key; `config` is then partly set.
Result<void> parse_config(std::string_view text, const std::string& file,
                          const Environment& environment, Config& config);

}  // namespace larder::compose
