#include "compile/header_modules.h"

#include "compile/plain_path.h"

#include <sys/stat.h>

#include <algorithm>

#include <cerrno>
#include <cstddef>

namespace larder::compile {
namespace {

constexpr std::string_view kMark = "//modules/";

bool is_absence(int os_error) { return os_error == ENOENT || os_error == ENOTDIR; }

/// The first part of the name of a header's module.
std::string_view first_part(std::string_view header) {
  if (!header.starts_with('/')) return ",";
  header.remove_prefix(1);
  return header.substr(0, header.find('/'));
}

}  // namespace

std::string module_of_header(std::string_view directory, std::string_view header) {
  const std::string plain = plain_path(header);
  std::string name = plain.starts_with('/') ? "." : ",";
  for (std::string_view rest = plain; !rest.empty();) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (part.empty()) continue;
    name.append("/").append(part == ".." ? ",," : part);
  }
  return join_path(directory, name + ".gcm");
}

std::string marked_module_directory(std::string_view directory) {
  return std::string(kMark).append(directory);
}

bool is_marked_module_directory(std::string_view marked) noexcept {
  return marked.starts_with(kMark);
}

std::string_view module_directory_of(std::string_view marked) noexcept {
  return marked.substr(kMark.size());
}

bool HeaderModules::may_have(std::string_view header) {
  if (is_ruled_out(header)) return false;
  struct stat status = {};
  if (::stat(module_of_header(directory_, header).c_str(), &status) != 0) {
    return !is_absence(errno);
  }
  return !S_ISDIR(status.st_mode);
}

bool HeaderModules::is_ruled_out(std::string_view header) {
  const std::string_view first = first_part(header);
  if (std::ranges::find(absent_, first) != absent_.end()) return true;
  struct stat status = {};
  const std::string path = directory_ + "/" + std::string(first);
  if (::lstat(path.c_str(), &status) == 0 || !is_absence(errno)) return false;
  absent_.emplace_back(first);
  return true;
}

}  // namespace larder::compile
