#include "compile/pass_through.h"

namespace larder::compile {

// A switch, so that the compiler misses no reason.
// NOLINTNEXTLINE(readability-function-size)
std::string_view to_string(PassThroughReason reason) noexcept {
  using enum PassThroughReason;
  switch (reason) {
    case link:
      return "link";
    case preprocess_only:
      return "preprocess_only";
    case dependencies_only:
      return "dependencies_only";
    case syntax_only:
      return "syntax_only";
    case information:
      return "information";
    case no_input:
      return "no_input";
    case several_inputs:
      return "several_inputs";
    case standard_input:
      return "standard_input";
    case standard_output:
      return "standard_output";
    case unsupported_language:
      return "unsupported_language";
    case precompiled_header:
      return "precompiled_header";
    case modules:
      return "modules";
    case plugin:
      return "plugin";
    case specs:
      return "specs";
    case config_file:
      return "config_file";
    case wrapper:
      return "wrapper";
    case intermediate_files:
      return "intermediate_files";
    case dump:
      return "dump";
    case extra_output:
      return "extra_output";
    case profile_use:
      return "profile_use";
    case unstable_output:
      return "unstable_output";
    case compiler_internal:
      return "compiler_internal";
    case assembler_option:
      return "assembler_option";
    case preprocessor_option:
      return "preprocessor_option";
    case several_architectures:
      return "several_architectures";
    case offload:
      return "offload";
    case include_search:
      return "include_search";
    case records_command_line:
      return "records_command_line";
    case response_file:
      return "response_file";
    case missing_argument:
      return "missing_argument";
    case unsupported_option:
      return "unsupported_option";
    case unknown_option:
      return "unknown_option";
    case environment:
      return "environment";
  }
  return "unknown_option";
}

}  // namespace larder::compile
