#pragma once

#include <string>
#include <string_view>

/// File names as both drivers derive them from an output or an input. Pure text.
namespace larder::compile {

/// The part of a path after its last slash.
std::string_view file_name(std::string_view path) noexcept;

/// Whether the drivers agree on what follows from this name: it does not begin with a dot, is not
/// empty, and is no device.
bool has_derivable_name(std::string_view path) noexcept;

/// `path` with its file name's last extension replaced, or added: ("a/b.c.o", "d") is "a/b.c.d".
/// The name must be derivable.
std::string with_extension(std::string_view path, std::string_view extension);

/// A makefile target as -MQ and both drivers' default target are written: blanks, `$` and `#`
/// escaped, backslashes doubled only where they precede a blank.
std::string quote_make_target(std::string_view target);

/// Whether a name stands for standard output or another open descriptor.
bool names_open_descriptor(std::string_view path) noexcept;

}  // namespace larder::compile
