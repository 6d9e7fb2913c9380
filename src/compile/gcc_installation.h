#pragma once

#include <span>
#include <string>
#include <vector>

namespace larder::compile {

/// The files by which clang would find a newer GCC than the one that a search path leads into, or
/// one as new: it looks for the newest that is installed, and takes its C++ headers. Up to eight
/// major versions ahead. None where the path leads into no GCC.
/// Source: clang's lib/Driver/ToolChains/Gnu.cpp, GCCInstallationDetector.
std::vector<std::string> signs_of_newer_gcc(std::span<const std::string> search_path);

}  // namespace larder::compile
