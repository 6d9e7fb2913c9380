#pragma once

#include "compile/invocation.h"
#include "compile/pass_through.h"

#include <string_view>
#include <variant>

namespace larder::compile {

/// The language that `-x name` asks for. Not for "none", which asks for the extension's.
std::variant<Language, PassThroughReason> language_of_name(std::string_view name) noexcept;

/// The language of a source by its extension, which each driver has its own list of; what is not
/// in it goes to the linker. A C++ driver compiles C as C++.
std::variant<Language, PassThroughReason> language_of_file(CompilerKind kind, bool is_cpp_driver,
                                                           std::string_view path) noexcept;

}  // namespace larder::compile
