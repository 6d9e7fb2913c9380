#pragma once

#include "compile/compiler_command.h"
#include "compile/description.h"
#include "compile/inputs.h"
#include "compile/invocation.h"
#include "compile/project_root.h"

#include <optional>
#include <string>
#include <string_view>

/// Relocation: a compile told in terms of its project's root, so that another checkout finds the
/// result wherever it cannot hold the root's path. What is found out before the compile decides the
/// key; what is found out after it decides whether the result holds for this checkout alone.
namespace larder::compile {

/// The root in whose terms a compile is to be told, or none: where nothing names the root, where
/// the output holds paths that no option maps away, compressed or hashed (coverage, LTO, split
/// DWARF, -gz, …), or where there is no root. A compile that names no absolute path and has no
/// debug information costs nothing, others what ProjectRoot::find() does.
/// `maps_root`: the root is going to be mapped away by map_root_away().
std::optional<ProjectRoot> find_relocation_root(const Invocation& invocation,
                                                const std::string& directory, bool maps_root);

/// Adds -ffile-prefix-map=ROOT=. to a compile, before its own options, unless one of its own maps
/// the root or a part of its path.
void map_root_away(const ProjectRoot& root, CompilerCommand& command, Invocation& invocation);

/// Whether options map the root away in __FILE__.
bool maps_macros(const Invocation& invocation, const ProjectRoot& root);

/// Whether a compile holds for this checkout alone for what its description, its compiler and its
/// options are. Reads the links that lead to the compiler.
bool is_bound_by_command(const Description& description, const Invocation& invocation,
                         const std::string& compiler_path, const ProjectRoot& root);

/// Whether an output holds the root's path, or what gcc makes a symbol of it.
/// Errors: as reading it.
Result<bool> holds_root(int fd, const ProjectRoot& root);

/// Tells inputs in terms of the root. `is_bound` adds the root's own spelling to them.
void tell_in_terms_of_root(const ProjectRoot& root, bool is_bound, Inputs& inputs);

}  // namespace larder::compile
