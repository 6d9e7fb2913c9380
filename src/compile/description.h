#pragma once

#include "compile/invocation.h"
#include "compile/manifest.h"
#include "compile/project_root.h"
#include "util/hash.h"
#include <larder/key.h>

#include <string>
#include <string_view>
#include <vector>

namespace larder::compile {

/// Everything beside the headers that a compile's outputs follow from; two compiles with equal
/// descriptions and headers have equal outputs. Where it is told in terms of a root, so that the
/// root is not in it, paths below the root begin with ProjectRoot::kMark. A value.
struct Description {
  util::Digest compiler;                 ///< Compiler::identity.
  std::vector<std::string> arguments;    ///< In normal form; "option\0value" where it has one.
  std::vector<std::string> environment;  ///< "NAME=value" of those that matter and are set.
  std::string directory;                 ///< The working directory, where the output can hold it.
  std::string source;                    ///< As spelled: it reaches __FILE__ and diagnostics.
  util::Digest source_digest;
  std::vector<InputFile> named_files;  ///< Named by options, not shown by dependency lists.
};

/// What surrounds a compile and reaches its description.
struct Surroundings {
  bool is_terminal = false;           ///< Diagnostics go to a terminal, so its look joins the key.
  const std::string& directory;       ///< The working directory.
  const char* const* variables = {};  ///< The environment, null-terminated.
  const ProjectRoot* root = nullptr;  ///< In whose terms paths are told, if any.
};

/// Whether diagnostics come out coloured, as the compiler would have them on that standard error.
bool asks_for_colour(const Diagnostics& diagnostics, bool is_terminal) noexcept;

/// Describes a compile; the digests are filled in by the caller.
Description describe(const Invocation& invocation, const Surroundings& surroundings);

/// The key of the manifest of this description.
util::Digest manifest_key(const Description& description);

/// The key of the result that reading these files, and not finding those, led to.
util::Digest result_key(const util::Digest& manifest, const ManifestResult& read);

/// A digest as a store's key.
Key key_of(const util::Digest& digest);

}  // namespace larder::compile
