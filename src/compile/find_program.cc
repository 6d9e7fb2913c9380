#include "compile/find_program.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>

#include <climits>
#include <cstdlib>

namespace larder::compile {
namespace {

// What a link named as a compiler may lead to without being one.
constexpr std::array<std::string_view, 6> kCaches = {"larder",     "ccache", "sccache",
                                                     "buildcache", "distcc", "icecc"};

bool is_executable_file(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

/// The last component of what `path` leads to, links followed.
std::string target_name(const std::string& path) {
  std::array<char, PATH_MAX> resolved;
  if (::realpath(path.c_str(), resolved.data()) == nullptr) return {};
  return std::string(base_name(resolved.data()));
}

bool is_this_program(const std::string& path) {
  struct stat own = {};
  struct stat other = {};
  return ::stat("/proc/self/exe", &own) == 0 && ::stat(path.c_str(), &other) == 0 &&
         own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

bool is_cache(const std::string& path) {
  if (is_this_program(path)) return true;
  const std::string target = target_name(path);
  return std::ranges::find(kCaches, target) != kCaches.end();
}

std::optional<std::string> search_path(const std::string& name,
                                       const std::function<bool(const std::string&)>& is_wanted) {
  const char* variable = std::getenv("PATH");
  // execvp's own fallback.
  std::string_view rest = variable != nullptr ? variable : "/bin:/usr/bin";
  while (true) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const std::string_view directory = rest.substr(0, end);
    std::string candidate = directory.empty() ? "./" + name : std::string(directory) + "/" + name;
    if (is_executable_file(candidate) && is_wanted(candidate)) return candidate;
    if (end == rest.size()) return std::nullopt;
    rest.remove_prefix(end + 1);
  }
}

}  // namespace

std::string_view base_name(std::string_view path) noexcept {
  return path.substr(path.rfind('/') + 1);
}

std::optional<std::string> find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    return is_executable_file(name) ? std::optional(name) : std::nullopt;
  }
  return search_path(name, [](const std::string&) { return true; });
}

Result<std::string> find_compiler(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    if (!is_this_program(name)) return name;
    // A link to this program given by its path: the compiler of that name from PATH.
    return find_compiler(std::string(base_name(name)));
  }
  auto found = search_path(name, [](const std::string& path) { return !is_cache(path); });
  if (!found) return fail(ErrorCode::unavailable, "find " + name + ": not in PATH");
  return *std::move(found);
}

}  // namespace larder::compile
