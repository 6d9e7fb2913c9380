#pragma once

#include "compile/manifest.h"
#include "util/hash.h"
#include <larder/result.h>

#include <optional>
#include <string>
#include <vector>

namespace larder::compile {

/// What a compiler's identity was made of, so that people can be told which part has changed.
/// Nothing else is decided by it. doc/format/state.md.
struct CompilerParts {
  std::vector<InputFile> files;    ///< The driver, then programs, libraries and specs, in order.
  std::vector<std::string> flags;  ///< What the driver tells its compiler proper.
};

/// Keeps the parts of an identity under `directory`, unless they are there. One syscall if so.
/// Errors: no_space, denied, io.
Result<void> remember_parts(const std::string& directory, const util::Digest& identity,
                            const CompilerParts& parts);

/// The parts of an identity, or nullopt where they were not kept or cannot be read.
std::optional<CompilerParts> recall_parts(const std::string& directory,
                                          const util::Digest& identity);

}  // namespace larder::compile
