// Expands arbitrary bytes as a response file that may name itself and others.
#include "compile/response_file.h"
#include "util/assert.h"

#include <array>
#include <string>

#include <cstddef>
#include <cstdint>

namespace larder::compile {
namespace {

void expand(CompilerKind kind, const std::string& content) {
  const FileReader files =
      [&content](const std::string& path) -> std::variant<std::string, FileAbsence> {
    if (path == "self") return content;
    if (path == "other") return "-DX 'a b' @more";
    return path == "bad" ? FileAbsence::unreadable : FileAbsence::missing;
  };
  const std::array<std::string, 2> arguments{"-c", "@self"};

  const auto expanded = expand_response_files(kind, arguments, files);

  if (const auto* found = std::get_if<ExpandedArguments>(&expanded)) {
    LARDER_ASSERT(found->arguments.size() <= ResponseFileLimits::kMaxArguments);
    LARDER_ASSERT(found->files.size() <= ResponseFileLimits::kMaxFiles);
    LARDER_ASSERT(found->files.at(0) == "self" && found->arguments.at(0) == "-c");
  }
}

}  // namespace
}  // namespace larder::compile

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string content(reinterpret_cast<const char*>(data), size);
  larder::compile::expand(larder::compile::CompilerKind::gcc, content);
  larder::compile::expand(larder::compile::CompilerKind::clang, content);
  return 0;
}
