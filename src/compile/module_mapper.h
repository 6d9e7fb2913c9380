#pragma once

#include "compile/invocation.h"
#include "compile/pass_through.h"
#include "compile/response_file.h"

#include <optional>
#include <string>
#include <string_view>

namespace larder::compile {

/// The directory in a module mapper's file that maps nothing: "$root DIRECTORY" and the end of the
/// line, which is what CMake writes for a source that neither makes nor imports a module. gcc then
/// imports nothing but compiled forms of headers, and makes nothing. Nullopt for a file
/// that says anything else. Source: GCC's manual, C++ Module Mapper.
std::optional<std::string> directory_of_mapper(std::string_view text);

/// Reads the mapper of a compile with modules: fills in where it makes gcc look. A reason to pass
/// through if it maps a module, or is a program, a socket or no file that can be read.
std::optional<PassThrough> read_module_mapper(Invocation& compile, const FileReader& read_file);

}  // namespace larder::compile
