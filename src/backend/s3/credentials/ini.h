#pragma once

#include <larder/result.h>

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace larder::s3 {

/// The settings of a section, by their names in lower case.
using IniSection = std::map<std::string, std::string, std::less<>>;

/// Sections by what stands between their brackets.
using IniFile = std::map<std::string, IniSection, std::less<>>;

/// Reads a file as AWS's programs write it:
///
///   file    = { line "\n" }
///   line    = blank | comment | section | setting | nested
///   comment = "#" or ";" and any text
///   section = "[" title "]" and any text
///   setting = name "=" value
///   nested  = more space than the setting above, and any text    (belongs to it, is passed over)
///
/// The later of two equal settings holds; those of two equal sections are one's. `path` is for the
/// message. Errors: invalid_argument (a line that is none of these; its text is not told).
Result<IniFile> parse_ini(std::string_view text, std::string_view path);

}  // namespace larder::s3
