#include "compile/state_paths.h"

#include "sys/file.h"
#include "util/try.h"

#include <unistd.h>

namespace larder::compile {

StatePaths StatePaths::of(const Store& store) {
  const std::string dir = store.dir();
  return dir.starts_with('/') ? in(dir) : StatePaths();
}

StatePaths StatePaths::in(const std::string& dir) {
  StatePaths paths;
  if (dir.empty()) return paths;
  const std::string own = dir + "/.larder";
  paths.counters = own + "/compile-counters";
  paths.user = own + "/user-" + std::to_string(::geteuid());
  paths.inodes = paths.user + "/inodes";
  paths.facts = paths.user + "/facts";
  paths.compilers = paths.user + "/compilers";
  paths.searches = paths.user + "/searches";
  paths.history = paths.user + "/history.jsonl";
  return paths;
}

Result<void> StatePaths::make_directories() const {
  if (!is_known()) return {};
  LARDER_CHECK(sys::make_dirs(sys::parent_path(user)));
  for (const std::string& directory : {user, compilers, searches}) {
    LARDER_CHECK(sys::make_dir_at(AT_FDCWD, directory, 0700));
  }
  return {};
}

}  // namespace larder::compile
