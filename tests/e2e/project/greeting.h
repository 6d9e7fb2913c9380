#pragma once

#include <string>

/// What to say to `name`.
std::string greeting(const std::string& name);
