#include "compile/gcc_installation.h"

#include "compile/plain_path.h"

#include <string_view>

#include <charconv>
#include <cstddef>

namespace larder::compile {
namespace {

constexpr int kMajorsAhead = 8;

std::vector<std::string> signs_of_newer_than(int major, const std::string& installations) {
  std::vector<std::string> paths;
  for (int newer = major; newer <= major + kMajorsAhead; ++newer) {
    for (const char* minor : {"", ".1", ".2", ".3", ".4", ".5", ".1.0", ".1.1", ".2.0", ".2.1",
                              ".3.0", ".3.1", ".4.0", ".5.0"}) {
      paths.push_back(join_path(installations, std::to_string(newer) + minor + "/crtbegin.o"));
    }
  }
  return paths;
}

}  // namespace

std::vector<std::string> signs_of_newer_gcc(std::span<const std::string> search_path) {
  for (const std::string& directory : search_path) {
    const std::size_t gcc = directory.find("/lib/gcc/");
    if (gcc == std::string::npos) continue;
    const std::size_t triple = gcc + std::string_view("/lib/gcc/").size();
    const std::size_t version = directory.find('/', triple);
    if (version == std::string::npos) return {};
    int major = 0;
    const char* const text = directory.c_str();
    (void)std::from_chars(text + version + 1, text + directory.size(), major);
    return signs_of_newer_than(major, directory.substr(0, version));
  }
  return {};
}

}  // namespace larder::compile
