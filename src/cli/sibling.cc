#include "cli/sibling.h"

#include "cli/output.h"
#include "util/try.h"

#include <unistd.h>

#include <array>
#include <vector>

#include <cerrno>
#include <climits>
#include <cstring>

namespace larder::cli {

Result<std::string> sibling_path(std::string_view program) {
  std::array<char, PATH_MAX> own = {};
  const ssize_t size = ::readlink("/proc/self/exe", own.data(), own.size());
  const int os_error = errno;
  if (size < 0) return fail(Error::from_errno(os_error, "readlink /proc/self/exe"));
  std::string path(own.data(), static_cast<std::size_t>(size));
  path.resize(path.rfind('/') + 1);
  return path.append(program);
}

int become_sibling(std::string_view program, std::span<char* const> words) {
  constexpr int kCannotRun = 126;
  constexpr int kNotFound = 127;
  auto path = sibling_path(program);
  if (!path) {
    print_error(path.error().message());
    return kCannotRun;
  }
  std::vector<char*> arguments = {path->data()};
  arguments.insert(arguments.end(), words.begin(), words.end());
  arguments.push_back(nullptr);
  (void)::execv(path->c_str(), arguments.data());
  const int os_error = errno;
  print_error("run " + *path + ": " + ::strerrordesc_np(os_error));
  return os_error == ENOENT ? kNotFound : kCannotRun;
}

}  // namespace larder::cli
