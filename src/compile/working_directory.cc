#include "compile/working_directory.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include <climits>
#include <cstdlib>

namespace larder::compile {

std::string working_directory() {
  struct stat here = {};
  struct stat named = {};
  const char* spelled = std::getenv("PWD");
  if (spelled != nullptr && spelled[0] == '/' && ::stat(".", &here) == 0 &&
      ::stat(spelled, &named) == 0 && here.st_dev == named.st_dev && here.st_ino == named.st_ino) {
    return spelled;
  }
  std::array<char, PATH_MAX> path;
  return ::getcwd(path.data(), path.size()) != nullptr ? std::string(path.data()) : std::string();
}

}  // namespace larder::compile
