#pragma once

#include "compile/cache.h"
#include "compile/invocation.h"
#include "compile/job.h"
#include <larder/result.h>

#include <string>
#include <vector>

#include <cstdint>

namespace larder::compile {

/// The names of a result's blobs.
inline constexpr std::string_view kOutputBlob = "output";
inline constexpr std::string_view kDepfileBlob = "depfile";
inline constexpr std::string_view kStdoutBlob = "stdout";
inline constexpr std::string_view kStderrBlob = "stderr";
inline constexpr std::string_view kExitCodeBlob = "exit_code";
inline constexpr std::string_view kMetadataBlob = "metadata";
/// The path of the project's root where depfile and diagnostics may hold it and nothing else does.
inline constexpr std::string_view kRootBlob = "root";

/// The files that a compile leaves, by the names of their blobs, the output last.
std::vector<OutputFile> output_files_of(const Invocation& invocation);

/// Gives back a result as the compiler would have given it: its files, then what it said. What it
/// said is written last, so that after an Error the compiler can still be run as if nothing had
/// happened. What names files is told as in this checkout, whose root is `root`, if the job has
/// one. Gives the number of bytes delivered. Errors: corrupt, denied, no_space, io.
Result<std::uint64_t> replay(const Entry& entry, const Job& job);

}  // namespace larder::compile
