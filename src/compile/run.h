#pragma once

#include <larder/result.h>
#include <larder/store.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace larder::compile {

/// How the compiler cache goes about it; doc/configuration.md.
struct RunOptions {
  enum class Mode {
    direct,        ///< Hash the files that a compile reads.
    preprocessed,  ///< And where that finds nothing, the preprocessor's output.
  };

  Mode mode = Mode::direct;
  bool is_read_only = false;                   ///< Use what is stored, store nothing.
  bool is_recaching = false;                   ///< Store, but do not look.
  std::string log = {};                        ///< File for the debug log; empty: none.
  std::vector<std::string> extra_files = {};   ///< Hashed into every key.
  std::vector<std::string> prefix_command = {};  ///< Runs before the compiler on a miss.
};

/// Runs `command` (a compiler and its arguments) through the cache in `store`: on a hit gives back
/// what the compiler would have given, on a miss runs it and stores what it gave. Whatever is not
/// a compile that is understood, and everything when the cache fails, is the compiler itself, by
/// execve. Returns the exit status; re-raises the signal that ended the compiler.
///
/// `store` may be an Error: then the compiler runs uncached. Never throws, never blames the build.
int run(std::span<char* const> command, const RunOptions& options,
        Result<std::unique_ptr<Store>> store);

/// Replaces this process by the compiler that `command` names, uncached. Returns only if it cannot
/// be started, having said so: 127 if it is not there, else 126.
int run_uncached(std::span<char* const> command);

}  // namespace larder::compile
