#pragma once

#include <larder/config.h>
#include <larder/result.h>
#include <larder/store.h>

#include <memory>
#include <span>

namespace larder::compile {

/// Runs `command` (a compiler and its arguments) through the cache in `store`: on a hit gives back
/// what the compiler would have given, on a miss runs it and stores what it gave. Whatever is not
/// a compile that is understood, and everything when the cache fails, is the compiler itself, by
/// execve. Returns the exit status, or ends by the signal that ended the compiler.
///
/// `store` may be an Error: then the compiler runs uncached. Call from the only thread.
int run(std::span<char* const> command, const CompileConfig& config,
        Result<std::unique_ptr<Store>> store);

/// Replaces this process by the compiler that `command` names, uncached. Returns only if it cannot
/// be started, having said so: 127 if it is not there, else 126.
int run_uncached(std::span<char* const> command);

}  // namespace larder::compile
