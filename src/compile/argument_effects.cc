// What each group of options does; argument_parser.cc decides which.

#include "compile/argument_parser.h"
#include "compile/delegated_options.h"

#include <algorithm>
#include <array>

#include <cctype>

namespace larder::compile {
namespace {

/// Whether a scan for #include in bytes is right for sources in this encoding: ASCII has its own
/// bytes in it and no others.
bool is_ascii_superset(std::string_view charset) {
  std::string name(charset);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name == "utf-8" || name == "utf8" || name == "ascii" || name == "us-ascii" ||
         name.starts_with("iso-8859-") || name.starts_with("iso8859-") || name == "latin1";
}

bool loads_plugin(std::string_view frontend_option) {
  constexpr auto kOptions = std::to_array<std::string_view>({"-load", "-plugin", "-add-plugin"});
  return std::ranges::count(kOptions, frontend_option) > 0;
}

}  // namespace

void ArgumentParser::keep(const Argument& argument, KeyArgument::Value kind) {
  const bool is_flag = argument.value.empty() && !argument.is_value_separate;
  const bool is_one_text =
      kind == KeyArgument::Value::text && !argument.option->has(OptionForm::separate);
  if (is_flag || is_one_text) {
    compile_.key_arguments.push_back({.option = std::string(argument.spelled)});
  } else {
    compile_.key_arguments.push_back(
        {std::string(argument.option->name), std::string(argument.value), kind});
  }
}

void ArgumentParser::keep_for_search(const Argument& argument, KeyArgument::Value kind) {
  keep(argument, kind);
  auto& arguments = compile_.preprocessor.search_arguments;
  arguments.emplace_back(argument.spelled);
  if (argument.is_value_separate) arguments.emplace_back(argument.value);
}

void ArgumentParser::keep_unknown(const Argument& argument) {
  if (!is_harmless_unknown_option(argument.spelled)) {
    return refuse(PassThroughReason::unknown_option, argument.spelled);
  }
  if (argument.option->name == "-m") return keep_for_search(argument, KeyArgument::Value::text);
  keep(argument);
}

void ArgumentParser::keep_input_charset(const Argument& argument) {
  if (!is_ascii_superset(argument.value)) {
    return refuse(PassThroughReason::unsupported_option, argument.spelled);
  }
  keep(argument);
}

void ArgumentParser::apply_keep(const Argument& argument) {
  using enum Effect;
  switch (argument.option->effect) {
    case keep_path:
      return keep(argument, KeyArgument::Value::path);
    case keep_prefix_map:
      return keep(argument, KeyArgument::Value::prefix_map);
    case keep_if_harmless:
      return keep_unknown(argument);
    case search:
      return keep_for_search(argument, KeyArgument::Value::text);
    case search_path:
      return keep_for_search(argument, KeyArgument::Value::path);
    case named_file:
      compile_.named_files.emplace_back(argument.value);
      return keep(argument, KeyArgument::Value::path);
    case working_directory:
      debug_.set_holds_working_directory();
      break;
    case random_seed:
      debug_.set_random_seed();
      break;
    case sanitize:
      compile_.uses_sanitizer = true;
      break;
    case target_cpu:
      if (argument.value.starts_with("native")) compile_.has_native_target = true;
      return keep_for_search(argument, KeyArgument::Value::text);
    case input_charset:
      return keep_input_charset(argument);
    case external_assembler:
    case integrated_assembler:
      uses_external_assembler_ = argument.option->effect == external_assembler;
      return keep_for_search(argument, KeyArgument::Value::text);
    default:
      break;
  }
  keep(argument);
}

void ArgumentParser::set_language(std::string_view name) {
  if (name == "none") {
    language_name_.reset();
  } else {
    language_name_ = name;
  }
}

void ArgumentParser::apply_mode(const Argument& argument) {
  switch (argument.option->effect) {
    case Effect::output:
      // gcc names the depfile after all of them.
      if (compile_.is_output_explicit) {
        return refuse(PassThroughReason::unsupported_option, "-o twice");
      }
      compile_.is_output_explicit = true;
      compile_.output = argument.value;
      return;
    case Effect::object:
      if (!output_kind_) output_kind_ = OutputKind::object;  // -S wins wherever it stands
      return;
    case Effect::assembly:
      output_kind_ = OutputKind::assembly;
      return;
    default:
      return set_language(argument.value);
  }
}

void ArgumentParser::add_directory(SearchDirectory::Chain chain, const Argument& argument) {
  // `=dir` is relative to the sysroot, `-I -` splits the path, and an empty name is no directory.
  if (argument.value.empty() || argument.value == "-" || argument.value.starts_with('=') ||
      argument.value.starts_with("$SYSROOT")) {
    return refuse(PassThroughReason::include_search, argument.spelled);
  }
  compile_.preprocessor.directories.push_back({chain, std::string(argument.value)});
  keep(argument, KeyArgument::Value::path);
}

void ArgumentParser::add_prefixed_directory(SearchDirectory::Chain chain,
                                            const Argument& argument) {
  if (!include_prefix_) return refuse(PassThroughReason::include_search, argument.spelled);
  compile_.preprocessor.directories.push_back(
      {chain, *include_prefix_ + std::string(argument.value)});
  keep(argument);
}

void ArgumentParser::add_forced_include(ForcedInclude::Kind kind, const Argument& argument) {
  compile_.preprocessor.forced_includes.push_back({kind, std::string(argument.value)});
  keep(argument, KeyArgument::Value::path);
}

void ArgumentParser::apply_include(const Argument& argument) {
  using enum Effect;
  using Chain = SearchDirectory::Chain;
  switch (argument.option->effect) {
    case quote_directory:
      return add_directory(Chain::quote, argument);
    case plain_directory:
      return add_directory(Chain::plain, argument);
    case system_directory:
      return add_directory(Chain::system, argument);
    case after_directory:
      return add_directory(Chain::after, argument);
    case prefix:
      include_prefix_ = argument.value;
      return keep(argument, KeyArgument::Value::path);
    case prefixed_directory:
      return add_prefixed_directory(kind_ == CompilerKind::gcc ? Chain::system : Chain::after,
                                    argument);
    case prefixed_directory_before:
      return add_prefixed_directory(Chain::plain, argument);
    case forced_include:
      return add_forced_include(ForcedInclude::Kind::include, argument);
    case forced_macros:
      return add_forced_include(ForcedInclude::Kind::macros, argument);
    case no_standard_directories:
      compile_.preprocessor.has_standard_directories = false;
      break;
    default:
      compile_.preprocessor.has_standard_cpp_directories = false;
      break;
  }
  keep_for_search(argument, KeyArgument::Value::text);
}

void ArgumentParser::apply_dependency(const Argument& argument) {
  dependencies_.apply(argument.option->effect, argument.spelled, argument.value);
}

void ArgumentParser::apply_debug(const Argument& argument) {
  debug_.apply(argument.option->effect, argument.spelled);
  keep(argument);
}

void ArgumentParser::apply_module(const Argument& argument) {
  const bool is_path = argument.option->effect == Effect::module_mapper;
  modules_.apply(argument.option->effect, argument.spelled, argument.value);
  keep(argument, is_path ? KeyArgument::Value::path : KeyArgument::Value::text);
}

void ArgumentParser::apply_diagnostics(const Argument& argument) {
  using enum Effect;
  using Colour = Diagnostics::Colour;
  auto& diagnostics = compile_.diagnostics;
  switch (argument.option->effect) {
    case colour_always:
      diagnostics.colour = Colour::always;
      return;
    case colour_never:
      diagnostics.colour = Colour::never;
      return;
    case colour_value:
      diagnostics.colour = argument.value == "always"  ? Colour::always
                           : argument.value == "never" ? Colour::never
                                                       : Colour::automatic;
      return;
    case plain_diagnostics:
      diagnostics.colour = Colour::never;
      return keep(argument);
    default:
      if (argument.value.ends_with("-file")) {
        return refuse(PassThroughReason::extra_output, argument.spelled);
      }
      diagnostics.is_machine_readable = argument.value != "text" && argument.value != "clang";
      return keep(argument);
  }
}

void ArgumentParser::apply_assembler_option(std::string_view option) {
  switch (classify_assembler_option(option)) {
    case AssemblerOption::harmless:
      return;
    case AssemblerOption::debug_info:
      return debug_.set_debug_info();
    case AssemblerOption::unknown:
      return refuse(PassThroughReason::assembler_option, option);
  }
}

void ArgumentParser::apply_assembler_list(const Argument& argument) {
  std::string_view rest = argument.value;
  while (!rest.empty()) {
    const auto item = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), item.size() + 1));
    apply_assembler_option(item);
  }
  keep(argument);
}

void ArgumentParser::apply_preprocessor_list(const Argument& argument) {
  if (argument.value.find(',') == std::string_view::npos &&
      is_harmless_preprocessor_option(argument.value)) {
    return keep(argument);
  }
  if (!dependencies_.apply_preprocessor_list(kind_, argument.value)) {
    refuse(PassThroughReason::preprocessor_option, argument.spelled);
  }
}

void ArgumentParser::apply_frontend_value(const Argument& argument) {
  if (is_harmless_frontend_option(argument.value)) return keep(argument);
  refuse(loads_plugin(argument.value) ? PassThroughReason::plugin
                                      : PassThroughReason::compiler_internal,
         argument.value);
}

void ArgumentParser::apply_delegated(const Argument& argument) {
  switch (argument.option->effect) {
    case Effect::assembler_list:
      return apply_assembler_list(argument);
    case Effect::assembler_value:
      apply_assembler_option(argument.value);
      return keep(argument);
    case Effect::preprocessor_list:
      return apply_preprocessor_list(argument);
    case Effect::preprocessor_value:
      if (is_harmless_preprocessor_option(argument.value)) return keep(argument);
      return refuse(PassThroughReason::preprocessor_option, argument.value);
    case Effect::frontend_value:
      return apply_frontend_value(argument);
    default:
      if (is_harmless_llvm_option(argument.value)) return keep(argument);
      return refuse(PassThroughReason::compiler_internal, argument.value);
  }
}

}  // namespace larder::compile
