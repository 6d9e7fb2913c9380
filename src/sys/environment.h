#pragma once

#include <string>
#include <vector>

namespace larder::sys {

/// This process's environment with these "NAME=value" texts instead of what it has by those names.
/// Not safe beside setenv.
std::vector<std::string> environment_with(const std::vector<std::string>& changes);

}  // namespace larder::sys
