#pragma once

#include "compile/compiler.h"
#include "compile/compiler_command.h"
#include "compile/description.h"
#include "compile/file_digests.h"
#include "compile/invocation.h"
#include "compile/project_root.h"
#include "util/hash.h"

#include <optional>
#include <string>

#include <cstdint>

namespace larder::compile {

/// One compile on its way through the cache: what is known of it before its outputs. A value.
struct Job {
  CompilerCommand command = {};
  Invocation invocation = {};
  Compiler compiler = {};
  HashedFile source = {};
  Description description = {};
  util::Digest manifest = {};            ///< manifest_key(description).
  std::string directory = {};            ///< The working directory.
  std::optional<ProjectRoot> root = {};  ///< In whose terms `description` is told, if any.
  bool is_terminal = false;              ///< Diagnostics go to a terminal.
  std::int64_t start_ns = 0;             ///< coarse_now_ns() before the first file was looked at.

  [[nodiscard]] const ProjectRoot* root_if_any() const noexcept { return root ? &*root : nullptr; }
};

}  // namespace larder::compile
