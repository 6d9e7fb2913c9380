#include "compile/precompiled.h"

#include "compile/plain_path.h"
#include "compile/source_scan.h"
#include "sys/file.h"
#include "util/bytes.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include <cstdint>

namespace larder::compile {
namespace {

constexpr std::uint64_t kMaxSourceBytes = std::uint64_t{256} << 20;

bool is_there(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

bool has_precompiled_form(const std::string& path) { return is_there(path + ".gch"); }

}  // namespace

bool forces_precompiled_header(const Invocation& invocation) {
  return std::ranges::any_of(invocation.preprocessor.forced_includes, [](const auto& forced) {
    return has_precompiled_form(forced.file) || is_there(forced.file + ".pch");
  });
}

bool may_read_precompiled(const Invocation& invocation, std::span<const std::string> files) {
  if (std::ranges::any_of(files, has_precompiled_form)) return true;
  const auto source = sys::read_file(AT_FDCWD, invocation.input, kMaxSourceBytes);
  if (!source) return true;
  std::vector<std::string> directories = {std::string(directory_of(plain_path(invocation.input)))};
  for (const SearchDirectory& directory : invocation.preprocessor.directories) {
    directories.push_back(directory.path);
  }
  const SourceScan scan = scan_source(util::as_text(*source), SourceDialect::c_family);
  return std::ranges::any_of(scan.includes, [&](const IncludeSpelling& include) {
    return std::ranges::any_of(directories, [&](const std::string& directory) {
      return has_precompiled_form(join_path(directory, include.name));
    });
  });
}

}  // namespace larder::compile
