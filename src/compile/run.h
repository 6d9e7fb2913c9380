#pragma once

#include "compile/stores.h"
#include <larder/config.h>
#include <larder/result.h>

#include <span>

namespace larder::compile {

/// Runs `command` (a compiler and its arguments) through the cache in `stores`: on a hit gives back
/// what the compiler would have given, on a miss runs it and stores what it gave. Whatever is not
/// a compile that is understood, and everything when the cache fails, is the compiler itself, by
/// execve. Returns the exit status, or ends by the signal that ended the compiler.
///
/// `stores` may be an Error: then the compiler runs uncached. Call from the only thread, once: what
/// it has used it leaves as it is, for the process to end.
int run(std::span<char* const> command, const CompileConfig& config, Result<Stores> stores);

/// Replaces this process by the compiler that `command` names, uncached. Returns only if it cannot
/// be started, having said so: 127 if it is not there, else 126.
int run_uncached(std::span<char* const> command);

}  // namespace larder::compile
