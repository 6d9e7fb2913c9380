#include "compile/preprocessed.h"

#include <algorithm>
#include <unordered_set>

namespace larder::compile {
namespace {

constexpr std::string_view kDomain = "larder preprocessed 1";

/// Whether warnings may depend on comments, which the preprocessor drops unless told otherwise.
bool sees_comments(const KeyArgument& argument) {
  return argument.option == "-W" || argument.option == "-Wextra" ||
         argument.option.starts_with("-Wimplicit-fallthrough");
}

/// Whether the preprocessor would write a file for it that the compile has written already.
bool writes_file(const KeyArgument& argument) {
  return argument.option.starts_with("-fdeps-format=");
}

/// Takes a string literal as line markers write it: backslash escapes, octal ones too.
std::string unescape(std::string_view quoted) {
  std::string text;
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    if (quoted[i] != '\\' || i + 1 == quoted.size()) {
      text.push_back(quoted[i]);
      continue;
    }
    ++i;
    int value = 0;
    std::size_t digits = 0;
    while (digits < 3 && i + digits < quoted.size() && quoted[i + digits] >= '0' &&
           quoted[i + digits] <= '7') {
      value = value * 8 + (quoted[i + digits] - '0');
      ++digits;
    }
    text.push_back(digits == 0 ? quoted[i] : static_cast<char>(value));
    if (digits > 1) i += digits - 1;
  }
  return text;
}

/// The file that a line names if it is a line marker (`# 12 "file" 1 3`), else nothing.
std::optional<std::string_view> marked_file(std::string_view line) {
  if (!line.starts_with("# ") || line.size() < 3 || line[2] < '0' || line[2] > '9') {
    return std::nullopt;
  }
  const std::size_t begin = line.find('"');
  const std::size_t end = line.rfind('"');
  if (begin == std::string_view::npos || end <= begin) return std::nullopt;
  return line.substr(begin + 1, end - begin - 1);
}

/// `<built-in>`, `<command-line>`, and the working directory, which gcc marks with `//`.
bool is_file(std::string_view name) { return !name.starts_with('<') && !name.ends_with("//"); }

}  // namespace

bool can_use_preprocessed(const Invocation& invocation) noexcept {
  return is_preprocessed_by_compiler(invocation.language) && !invocation.has_debug_info &&
         !invocation.uses_sanitizer && !invocation.is_output_unstable && !invocation.modules &&
         invocation.side_outputs.empty();
}

std::vector<std::string> preprocessing_arguments(const Invocation& invocation) {
  std::vector<std::string> arguments;
  for (const KeyArgument& argument : invocation.key_arguments) {
    if (writes_file(argument)) continue;
    if (argument.value_kind == KeyArgument::Value::none) {
      arguments.push_back(argument.option);
    } else if (argument.option.ends_with('=')) {
      arguments.push_back(argument.option + argument.value);
    } else {
      arguments.push_back(argument.option);
      arguments.push_back(argument.value);
    }
  }
  if (std::ranges::any_of(invocation.key_arguments, sees_comments)) arguments.emplace_back("-C");
  arguments.emplace_back("-E");
  arguments.emplace_back("-x");
  arguments.emplace_back(to_string(invocation.language));
  arguments.push_back(invocation.input);
  return arguments;
}

std::vector<std::string> files_in_line_markers(std::string_view text) {
  std::vector<std::string> files;
  std::unordered_set<std::string_view> seen;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const auto quoted = marked_file(text.substr(0, end));
    if (quoted && is_file(*quoted) && seen.insert(*quoted).second) {
      std::string file = unescape(*quoted);
      while (file.starts_with("./")) file.erase(0, 2);
      files.push_back(std::move(file));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return files;
}

std::optional<Preprocessed> read_preprocessed(const Description& description,
                                              std::string_view output, std::string_view diagnostics,
                                              const ProjectRoot* root) {
  for (const std::string_view asks : {"__builtin_source_location", "__builtin_COLUMN"}) {
    if (output.find(asks) != std::string_view::npos) return std::nullopt;
  }
  Description without_source = description;
  without_source.source_digest = {};
  // The text holds the root; what it led to may too.
  if (root != nullptr) without_source.directory = root->path();
  Preprocessed preprocessed;
  preprocessed.files = files_in_line_markers(output);
  preprocessed.key = util::Blake3()
                         .field(kDomain)
                         .update(manifest_key(without_source).bytes)
                         .field(output)
                         .field(diagnostics)
                         .finish();
  return preprocessed;
}

}  // namespace larder::compile
