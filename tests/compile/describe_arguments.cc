#include "describe_arguments.h"

#include <sstream>

namespace larder::compile {
namespace {

void append_flags(const Invocation& compile, std::string& text) {
  if (compile.output_holds_working_directory) text += "; cwd";
  if (compile.output_holds_output_path) text += "; path";
  if (compile.has_debug_info) text += "; debug";
  if (compile.is_output_unstable) text += "; unstable";
  if (compile.has_native_target) text += "; native";
  if (compile.uses_sanitizer) text += "; sanitizer";
  for (const auto& file : compile.named_files) text += "; file " + file;
}

std::string describe_compile(const Invocation& compile) {
  std::string text = compile.input + ' ' + std::string(to_string(compile.language));
  text += compile.output_kind == OutputKind::object ? " object " : " assembly ";
  text += compile.output;
  if (compile.depfile) {
    text += compile.depfile->scope == Depfile::Scope::all_headers ? "; MD " : "; MMD ";
    text += compile.depfile->path + ':';
    for (const auto& target : compile.depfile->targets) text += ' ' + target;
    if (compile.depfile->has_phony_targets) text += "; MP";
  }
  for (const auto& side : compile.side_outputs) {
    text += "; +" + std::string(side.blob_name) + ' ' + side.path;
  }
  append_flags(compile, text);
  return text;
}

}  // namespace

std::vector<std::string> words(std::string_view command) {
  std::istringstream stream{std::string(command)};
  std::vector<std::string> found;
  for (std::string word; stream >> word;) found.push_back(word);
  return found;
}

std::variant<Invocation, PassThrough> parse_command(std::string_view command) {
  auto arguments = words(command);
  const std::string driver = arguments.front();
  arguments.erase(arguments.begin());
  ParseEnvironment environment;
  environment.is_cpp_driver = is_cpp_driver_name(driver);
  environment.read_file = [](const std::string&) { return FileAbsence::missing; };
  const auto kind = driver.starts_with("clang") ? CompilerKind::clang : CompilerKind::gcc;
  return parse_arguments(kind, arguments, environment);
}

std::string describe(std::string_view command) {
  const auto parsed = parse_command(command);
  if (const auto* compile = std::get_if<Invocation>(&parsed)) return describe_compile(*compile);
  const auto& pass = std::get<PassThrough>(parsed);
  return "pass " + std::string(to_string(pass.reason)) +
         (pass.detail.empty() ? "" : ' ' + pass.detail);
}

std::string describe_key(std::string_view command) {
  const auto parsed = parse_command(command);
  const auto* compile = std::get_if<Invocation>(&parsed);
  if (compile == nullptr) return "pass";
  std::string text;
  for (const auto& argument : compile->key_arguments) {
    if (!text.empty()) text += ' ';
    text += argument.option;
    if (argument.value_kind != KeyArgument::Value::none) text += '|' + argument.value;
  }
  return text;
}

}  // namespace larder::compile
