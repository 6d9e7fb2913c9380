#pragma once

#include <string>

namespace larder::compile {

/// The working directory as compilers spell it: PWD where that leads here, as it does for a shell
/// that has followed a link. Two syscalls; empty if there is none.
std::string working_directory();

}  // namespace larder::compile
