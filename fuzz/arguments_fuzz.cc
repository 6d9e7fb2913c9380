// Parses arbitrary command lines: one argument a line, the first line the driver. What comes out
// keeps its promises, and parsing the same again gives the same.
#include "compile/parse_arguments.h"
#include "util/assert.h"

#include <string>
#include <vector>

#include <cstddef>
#include <cstdint>

namespace larder::compile {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

void check(const Invocation& compile) {
  LARDER_ASSERT(!compile.output.empty() && !compile.input.empty());
  LARDER_ASSERT(compile.depfile ? !compile.depfile->targets.empty() : true);
  LARDER_ASSERT(compile.depfile ? !compile.depfile->path.empty() : true);
  LARDER_ASSERT(is_preprocessed_by_compiler(compile.language) || !compile.depfile);
  for (const auto& side : compile.side_outputs) LARDER_ASSERT(side.path != compile.output);
  for (const auto& argument : compile.key_arguments) {
    LARDER_ASSERT(argument.option.starts_with('-'));
    LARDER_ASSERT(argument.value_kind != KeyArgument::Value::none || argument.value.empty());
  }
}

void parse_twice(const std::vector<std::string>& lines) {
  ParseEnvironment environment;
  environment.is_cpp_driver = is_cpp_driver_name(lines[0]);
  environment.read_file = [](const std::string& path) -> std::variant<std::string, FileAbsence> {
    if (path.starts_with('r')) return path.substr(1);
    return path.starts_with('u') ? FileAbsence::unreadable : FileAbsence::missing;
  };
  const auto kind =
      lines[0].find("clang") == std::string::npos ? CompilerKind::gcc : CompilerKind::clang;
  const auto arguments = std::span(lines).subspan(1);

  const auto first = parse_arguments(kind, arguments, environment);
  const auto second = parse_arguments(kind, arguments, environment);

  LARDER_ASSERT(first.index() == second.index());
  if (const auto* compile = std::get_if<Invocation>(&first)) {
    check(*compile);
    LARDER_ASSERT(compile->key_arguments == std::get<Invocation>(second).key_arguments);
  }
}

}  // namespace
}  // namespace larder::compile

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto lines = larder::compile::lines_of(text);
  if (!lines.empty()) larder::compile::parse_twice(lines);
  return 0;
}
