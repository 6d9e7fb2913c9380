#include "compile/module_mapper.h"

#include <algorithm>
#include <variant>

namespace larder::compile {
namespace {

/// Whether gcc takes the value of -fmodule-mapper= for the name of a file, all of it: others begin
/// with `|`, `@`, `=` or `<`, or have a port or an identifier behind a `:` or a `?`.
bool names_file(std::string_view mapper) {
  constexpr std::string_view kNoFile = "|@=<";
  return !mapper.empty() && kNoFile.find(mapper.front()) == std::string_view::npos &&
         mapper.find_first_of("?: \t\n") == std::string_view::npos;
}

bool is_plain(char c) { return static_cast<unsigned char>(c) > ' ' && c != '\x7f'; }

}  // namespace

std::optional<std::string> directory_of_mapper(std::string_view text) {
  constexpr std::string_view kBegin = "$root ";
  if (!text.starts_with(kBegin) || !text.ends_with('\n')) return std::nullopt;
  const std::string_view directory = text.substr(kBegin.size(), text.size() - kBegin.size() - 1);
  if (directory.empty() || !std::ranges::all_of(directory, is_plain)) return std::nullopt;
  return std::string(directory);
}

std::optional<PassThrough> read_module_mapper(Invocation& compile, const FileReader& read_file) {
  ModuleSearch& modules = *compile.modules;
  PassThrough refusal{PassThroughReason::modules, "-fmodule-mapper=" + modules.mapper};
  if (!names_file(modules.mapper)) return refusal;
  const auto content = read_file(modules.mapper);
  const auto* text = std::get_if<std::string>(&content);
  auto directory = text != nullptr ? directory_of_mapper(*text) : std::nullopt;
  if (!directory) return refusal;
  modules.directory = *std::move(directory);
  compile.response_files.push_back(modules.mapper);
  return std::nullopt;
}

}  // namespace larder::compile
