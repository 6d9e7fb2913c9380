#pragma once

#include "compile/invocation.h"

#include <span>
#include <string>

namespace larder::compile {

/// Whether a forced include would be read from a precompiled form, which no list of dependencies
/// shows for what it is. Two syscalls for each forced include.
bool forces_precompiled_header(const Invocation& invocation);

/// Whether gcc may read a header from a precompiled form, or warn that it cannot, which what it
/// preprocesses does not show: there is one beside a file that was entered, or where an include of
/// the source may lead. A syscall for each file and for each include and directory.
bool may_read_precompiled(const Invocation& invocation, std::span<const std::string> files);

}  // namespace larder::compile
