#include "compile/plain_path.h"

#include "compile/output_names.h"

#include <algorithm>
#include <array>

#include <climits>
#include <cstdlib>

namespace larder::compile {

bool is_plain_path(std::string_view path) noexcept {
  if (path.empty() || (path.back() == '/' && path.size() > 1)) return false;
  const auto is_slash_or_end = [&](std::size_t at) { return at == path.size() || path[at] == '/'; };
  const auto begins_odd_part = [&](std::size_t at) {
    return at < path.size() && (path[at] == '/' || (path[at] == '.' && is_slash_or_end(at + 1)));
  };
  if (path.front() == '.' && path.size() > 1 && path[1] == '/') return false;
  for (std::size_t at = path.find('/'); at < path.size(); at = path.find('/', at + 1)) {
    if (begins_odd_part(at + 1)) return false;
  }
  return true;
}

std::string plain_path(std::string_view path) {
  if (is_plain_path(path)) return std::string(path);
  std::string plain(path.starts_with('/') ? "/" : "");
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (part.empty() || part == ".") continue;
    if (!plain.empty() && plain.back() != '/') plain.push_back('/');
    plain += part;
  }
  return plain.empty() ? "." : plain;
}

std::string join_path(std::string_view directory, std::string_view name) {
  std::string path;
  join_path(directory, name, path);
  return path;
}

void join_path(std::string_view directory, std::string_view name, std::string& path) {
  path.clear();
  if (!name.starts_with('/')) path.append(directory).push_back('/');
  path += name;
  if (!is_plain_path(path)) path = plain_path(path);
}

std::optional<std::string> real_path(const std::string& path) {
  std::array<char, PATH_MAX> real;
  if (::realpath(path.c_str(), real.data()) == nullptr) return std::nullopt;
  return real.data();
}

std::string_view directory_of(std::string_view path) noexcept {
  const std::size_t name = file_name(path).size();
  if (name == path.size()) return ".";
  return path.substr(0, std::max<std::size_t>(path.size() - name - 1, 1));
}

std::string_view directory_part(std::string_view path) noexcept {
  return path.substr(0, path.size() - file_name(path).size());
}

}  // namespace larder::compile
