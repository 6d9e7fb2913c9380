#pragma once

#include "compile/cause.h"

#include <string>
#include <vector>

namespace larder::compile {

/// How the arguments of one description became those of another: each that came or went, those
/// that took another's place (-DN=1 by -DN=2, -O2 by -O3) as one change; or, where all are the
/// same, the first that stands elsewhere. Empty if they are equal.
std::vector<Cause> argument_changes(const std::vector<std::string>& before,
                                    const std::vector<std::string>& now);

}  // namespace larder::compile
