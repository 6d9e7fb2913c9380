#include "compile/argument_parser.h"

#include "compile/output_names.h"
#include "compile/source_language.h"

#include <algorithm>
#include <utility>

namespace larder::compile {
namespace {

/// What a command line without -c or -S may still be called, other than a link.
bool describes_mode(PassThroughReason reason) {
  using enum PassThroughReason;
  return reason == preprocess_only || reason == dependencies_only || reason == syntax_only ||
         reason == information;
}

}  // namespace

std::variant<Invocation, PassThrough> ArgumentParser::parse() {
  while (next_ < args_.size() && !refused_) take_next();
  if (!refused_) resolve();
  if (refused_) return refusal();
  return std::move(compile_);
}

void ArgumentParser::refuse(PassThroughReason reason, std::string_view detail) {
  if (!refused_) refused_ = PassThrough{reason, std::string(detail)};
}

/// Of a link the first argument that no compile would have says little: it is called a link.
PassThrough ArgumentParser::refusal() const {
  const bool asks_for_compile = std::ranges::any_of(
      args_, [](const std::string& argument) { return argument == "-c" || argument == "-S"; });
  if (asks_for_compile || describes_mode(refused_->reason)) return *refused_;
  return {PassThroughReason::link, {}};
}

void ArgumentParser::take_next() {
  const std::string_view spelled = args_[next_++];
  if (spelled == "-") {
    refuse(PassThroughReason::standard_input, spelled);
  } else if (spelled.starts_with('-')) {
    take_option(spelled);
  } else {
    take_input(spelled);
  }
}

void ArgumentParser::take_option(std::string_view spelled) {
  const auto match = match_option(kind_, spelled);
  if (!match) return refuse(PassThroughReason::unknown_option, spelled);
  Argument argument{match->option, spelled, match->value, match->takes_next};
  if (match->takes_next) {
    if (next_ == args_.size()) return refuse(PassThroughReason::missing_argument, spelled);
    argument.value = args_[next_++];
  }
  apply(argument);
}

void ArgumentParser::take_input(std::string_view spelled) {
  if (spelled.empty()) return refuse(PassThroughReason::no_input, spelled);
  if (has_input_) return refuse(PassThroughReason::several_inputs, spelled);
  has_input_ = true;
  compile_.input = spelled;
  input_language_name_ = language_name_;
}

void ArgumentParser::apply(const Argument& argument) {
  switch (group_of(argument.option->effect)) {
    case EffectGroup::keep:
      return apply_keep(argument);
    case EffectGroup::refuse:
      return refuse(argument.option->reason, argument.spelled);
    case EffectGroup::mode:
      return apply_mode(argument);
    case EffectGroup::include:
      return apply_include(argument);
    case EffectGroup::dependency:
      return apply_dependency(argument);
    case EffectGroup::debug:
      return apply_debug(argument);
    case EffectGroup::modules:
      return apply_module(argument);
    case EffectGroup::diagnostics:
      return apply_diagnostics(argument);
    case EffectGroup::delegated:
      return apply_delegated(argument);
  }
}

void ArgumentParser::resolve() {
  if (!has_input_) return refuse(PassThroughReason::no_input, {});
  if (!output_kind_) return refuse(PassThroughReason::link, {});
  compile_.output_kind = *output_kind_;
  resolve_language();
  if (!refused_) resolve_output();
  if (!refused_) resolve_depfile();
  if (refused_) return;
  if (auto refusal = debug_.resolve(kind_, compile_)) refused_ = std::move(refusal);
  if (auto refusal = modules_.resolve(compile_)) refused_ = std::move(refusal);
  resolve_tools();
}

void ArgumentParser::resolve_language() {
  if (language_name_ != input_language_name_) {
    return refuse(PassThroughReason::unsupported_option, "-x after the input");
  }
  const auto language = language_name_ ? language_of_name(*language_name_)
                                       : language_of_file(kind_, is_cpp_driver_, compile_.input);
  if (const auto* reason = std::get_if<PassThroughReason>(&language)) {
    return refuse(*reason, language_name_ ? *language_name_ : compile_.input);
  }
  compile_.language = std::get<Language>(language);
  const bool is_assembler =
      compile_.language == Language::assembler || compile_.language == Language::assembler_with_cpp;
  if (is_assembler && compile_.output_kind == OutputKind::assembly) {
    refuse(PassThroughReason::unsupported_option, "-S");  // gcc prints to standard output
  }
}

void ArgumentParser::resolve_output() {
  if (!compile_.is_output_explicit) {
    if (!has_derivable_name(compile_.input)) {
      return refuse(PassThroughReason::unsupported_option, compile_.input);
    }
    compile_.output = with_extension(file_name(compile_.input),
                                     compile_.output_kind == OutputKind::object ? "o" : "s");
  }
  if (compile_.output.empty()) return refuse(PassThroughReason::missing_argument, "-o");
  if (names_open_descriptor(compile_.output)) {
    refuse(PassThroughReason::standard_output, compile_.output);
  }
}

void ArgumentParser::resolve_depfile() {
  auto depfile = dependencies_.resolve(kind_, compile_);
  if (auto* refusal = std::get_if<PassThrough>(&depfile)) {
    refused_ = std::move(*refusal);
    return;
  }
  compile_.depfile = std::get<std::optional<Depfile>>(std::move(depfile));
  if (compile_.depfile && compile_.depfile->path == compile_.output) {
    return refuse(PassThroughReason::unsupported_option, compile_.output);
  }
  // clang warns that -MD is not used; the warning is part of the result.
  if (dependencies_.has_both_scopes()) compile_.key_arguments.push_back({.option = "-MD"});
}

void ArgumentParser::resolve_tools() {
  const bool makes_object = compile_.output_kind == OutputKind::object;
  if (kind_ == CompilerKind::gcc) {
    const bool is_cpp =
        compile_.language == Language::cpp || compile_.language == Language::cpp_preprocessed;
    if (compile_.language != Language::assembler) {
      compile_.tools.emplace_back(is_cpp ? "cc1plus" : "cc1");
    }
    if (makes_object) compile_.tools.emplace_back("as");
    const bool splits =
        std::ranges::count(compile_.side_outputs, "dwo", &SideOutput::blob_name) > 0;
    if (splits) compile_.tools.emplace_back("objcopy");
  } else if (uses_external_assembler_ && makes_object) {
    compile_.tools.emplace_back("as");
  }
}

}  // namespace larder::compile
