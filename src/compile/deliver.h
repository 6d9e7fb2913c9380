#pragma once

#include "compile/invocation.h"
#include <larder/blob.h>
#include <larder/result.h>

#include <string>

namespace larder::compile {

/// How a compiler replaces a file that exists.
enum class Replacement {
  assembler,  ///< GNU as: a file that holds something is unlinked first, an empty one rewritten.
  renamed,    ///< clang: a regular file is replaced by a finished temporary.
  in_place,   ///< cc1 and depfiles: rewritten, through links.
};

/// The way this compiler writes this kind of output.
Replacement replacement_of(CompilerKind kind, OutputKind output) noexcept;

/// Writes a blob where the compiler would have written it, as it would have: mode 0666 less the
/// umask for a new file, devices and FIFOs written to, links kept or replaced by `replacement`.
/// A regular file that is replaced is replaced whole by a rename, so that a killed process leaves
/// the old one or the new one. Six syscalls for a new file.
/// Errors: corrupt, denied, no_space, io; nothing half-written stays, except in a file that is
/// rewritten in place.
Result<void> deliver(const Blob& blob, const std::string& path, Replacement replacement);

}  // namespace larder::compile
