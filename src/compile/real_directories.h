#pragma once

#include "compile/invocation.h"
#include "compile/manifest.h"
#include "compile/project_root.h"
#include "util/hash.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// gcc names a system header by its real path where that is shorter than the path it was found by.
/// The name reaches depfiles, debug information and __FILE__, so that where links lead, and where
/// the working directory is, can matter though every file's content is the same. The directories
/// that the user calls system directories are inputs too, for this; those of the compiler are not
/// looked at.
/// Source: GCC's manual, -fcanonical-system-headers; as seen.
namespace larder::compile {

/// Whether an input is a directory's real path and not a file.
bool is_real_directory(std::string_view input) noexcept;

/// The directory that such an input is about, as spelled or told in terms of a root.
std::string_view directory_of_real(std::string_view input) noexcept;

/// What such an input's digest is now: the same for all directories whose real path is their
/// spelling, else that of the real path, in terms of `root` if the directory is named so that it
/// holds it. A readlink for each part of the path.
util::Digest real_directory_digest(const std::string& directory, const ProjectRoot* root);

/// The inputs of this kind of a compile that has read `files` (as it named them). None for clang.
/// `variables`: the environment, null-terminated.
std::vector<InputFile> real_directories(CompilerKind kind, const Invocation& invocation,
                                        const char* const* variables,
                                        std::span<const InputFile> files, const ProjectRoot* root);

}  // namespace larder::compile
