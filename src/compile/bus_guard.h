#pragma once

#include "compile/compiler_command.h"

namespace larder::compile {

/// Makes SIGBUS harmless: a mapped state file that loses its blocks (a full or failing disk under a
/// sparse copy, a truncation) must not fail a build. Until compiler_has_ended(), the signal becomes
/// the compiler, by execve; afterwards, the exit status. `command` must live on. One syscall.
void arm_bus_guard(const CompilerCommand& command);

/// From here on SIGBUS ends this process with `exit_status`.
void compiler_has_ended(int exit_status) noexcept;

}  // namespace larder::compile
