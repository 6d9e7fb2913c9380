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

bool is_executable_file(const std::string& path, struct stat& status) {
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

bool is_this_program(const struct stat& status) {
  struct stat own = {};
  return ::stat("/proc/self/exe", &own) == 0 && own.st_dev == status.st_dev &&
         own.st_ino == status.st_ino;
}

/// The name of the file that `path` leads to: its links followed, but not those of directories.
std::string target_name(std::string path) {
  constexpr int kMaxLinks = 16;
  std::array<char, PATH_MAX> target;
  for (int link = 0; link < kMaxLinks; ++link) {
    const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
    if (length < 0) break;
    const std::string_view next(target.data(), static_cast<std::size_t>(length));
    path = next.starts_with('/') ? std::string(next)
                                 : path.substr(0, path.rfind('/') + 1) + std::string(next);
  }
  return std::string(base_name(path));
}

bool is_cache(const std::string& path, const struct stat& status) {
  if (is_this_program(status)) return true;
  return std::ranges::find(kCaches, target_name(path)) != kCaches.end();
}

/// Calls `visit` with each executable of that name in PATH until it gives true.
void search_path(const std::string& name,
                 const std::function<bool(const std::string&, const struct stat&)>& visit) {
  const char* variable = std::getenv("PATH");
  // execvp's own fallback.
  std::string_view rest = variable != nullptr ? variable : "/bin:/usr/bin";
  while (true) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const std::string_view directory = rest.substr(0, end);
    const std::string path = directory.empty() ? "./" + name : std::string(directory) + "/" + name;
    struct stat status = {};
    if (is_executable_file(path, status) && visit(path, status)) return;
    if (end == rest.size()) return;
    rest.remove_prefix(end + 1);
  }
}

}  // namespace

std::string_view base_name(std::string_view path) noexcept {
  return path.substr(path.rfind('/') + 1);
}

std::optional<std::string> find_program(const std::string& name) {
  struct stat status = {};
  if (name.find('/') != std::string::npos) {
    return is_executable_file(name, status) ? std::optional(name) : std::nullopt;
  }
  std::optional<std::string> found;
  search_path(name, [&](const std::string& path, const struct stat&) {
    found = path;
    return true;
  });
  return found;
}

Result<FoundCompiler> find_compiler(const std::string& name) {
  struct stat status = {};
  if (name.find('/') != std::string::npos) {
    if (::stat(name.c_str(), &status) != 0 || !is_this_program(status)) return FoundCompiler{name};
    // A link to this program given by its path: the compiler of that name from PATH.
    return find_compiler(std::string(base_name(name)));
  }
  FoundCompiler found;
  search_path(name, [&](const std::string& path, const struct stat& candidate) {
    if (is_cache(path, candidate)) {
      found.is_first = false;
      return false;
    }
    found.path = path;
    return true;
  });
  if (found.path.empty()) return fail(ErrorCode::unavailable, "find " + name + ": not in PATH");
  return found;
}

}  // namespace larder::compile
