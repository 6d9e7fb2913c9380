#pragma once

#include "compose/environment.h"
#include <larder/config.h>
#include <larder/result.h>

#include <string_view>

namespace larder::compose {

/// Whether the text is a URL, not a path.
bool is_url(std::string_view text) noexcept;

/// The settings of the store that a URL names; ConfigSources::url has its form. A prefix gets the
/// `/` at its end that it lacks. Paths are expanded by `environment`.
/// Errors: invalid_argument (another scheme, no bucket, a parameter that is unknown, given twice or
/// out of its range, a `%` without two hex digits). Credentials are refused, and no error shows
/// what the URL has in their place: it stands in process lists and histories.
Result<CacheConfig> parse_store_url(std::string_view url, const Environment& environment);

}  // namespace larder::compose
