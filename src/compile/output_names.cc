#include "compile/output_names.h"

#include <cstddef>
#include <cstring>

namespace larder::compile {

std::string_view file_name(std::string_view path) noexcept {
  if (path.empty()) return path;
  // Several times as fast as rfind().
  const auto* const slash = static_cast<const char*>(::memrchr(path.data(), '/', path.size()));
  return slash == nullptr ? path : path.substr(static_cast<std::size_t>(slash - path.data()) + 1);
}

bool has_derivable_name(std::string_view path) noexcept {
  const auto name = file_name(path);
  return !name.empty() && name.front() != '.' && !path.starts_with("/dev/");
}

std::string with_extension(std::string_view path, std::string_view extension) {
  const auto name = file_name(path);
  const auto dot = name.rfind('.');
  const std::size_t cut = dot == std::string_view::npos ? 0 : name.size() - dot;
  std::string replaced(path.substr(0, path.size() - cut));
  replaced += '.';
  replaced += extension;
  return replaced;
}

std::string quote_make_target(std::string_view target) {
  std::string quoted;
  std::size_t backslashes = 0;  // just before the current character
  for (const char c : target) {
    if (c == ' ' || c == '\t') quoted.append(backslashes + 1, '\\');
    if (c == '$') quoted += '$';
    if (c == '#') quoted += '\\';
    backslashes = c == '\\' ? backslashes + 1 : 0;
    quoted += c;
  }
  return quoted;
}

bool names_open_descriptor(std::string_view path) noexcept {
  return path == "-" || path == "/dev/stdout" || path == "/dev/stderr" || path == "/dev/tty" ||
         path.starts_with("/dev/fd/") || path.starts_with("/proc/");
}

}  // namespace larder::compile
