#include "compile/parse_arguments.h"

#include "compile/argument_parser.h"
#include "compile/module_mapper.h"
#include "compile/output_names.h"

#include <algorithm>
#include <array>
#include <utility>

#include <cstddef>

namespace larder::compile {
namespace {

// Each of these makes a driver change its arguments, or write or print something more.
constexpr auto kVariables = std::to_array<std::string_view>({
    "CCC_ADD_ARGS",
    "CCC_OVERRIDE_OPTIONS",
    "CC_LOG_DIAGNOSTICS",
    "CC_PRINT_HEADERS",
    "CC_PRINT_INTERNAL_STAT",
    "CC_PRINT_OPTIONS",
    "CC_PRINT_PROC_STAT",
    "DEPENDENCIES_OUTPUT",
    "FORCE_CLANG_DIAGNOSTICS_CRASH",
    "GCC_COMPARE_DEBUG",
    "QA_OVERRIDE_GCC3_OPTIONS",
    "RC_DEBUG_OPTIONS",
    "SUNPRO_DEPENDENCIES",
});

static_assert(std::ranges::is_sorted(kVariables));

std::optional<PassThrough> find_disturbing_variable(const char* const* variables) {
  for (; variables != nullptr && *variables != nullptr; ++variables) {
    const std::string_view variable(*variables);
    const auto name = variable.substr(0, variable.find('='));
    if (std::ranges::binary_search(kVariables, name)) {
      return PassThrough{PassThroughReason::environment, std::string(name)};
    }
  }
  return std::nullopt;
}

/// `name` without a version such as "-14" or "-12.2" at its end.
std::string_view without_version(std::string_view name) {
  const auto last = name.find_last_not_of("0123456789.");
  if (last == std::string_view::npos || last + 1 == name.size()) return name;
  return name[last] == '-' ? name.substr(0, last) : name;
}

}  // namespace

bool is_cpp_driver_name(std::string_view program) noexcept {
  return without_version(file_name(program)).ends_with("++");
}

std::variant<Invocation, PassThrough> parse_arguments(CompilerKind kind,
                                                      std::span<const std::string> args,
                                                      const ParseEnvironment& environment) {
  if (auto disturbed = find_disturbing_variable(environment.variables)) {
    return *std::move(disturbed);
  }
  auto expanded = expand_response_files(kind, args, environment.read_file);
  if (auto* refusal = std::get_if<PassThrough>(&expanded)) return std::move(*refusal);
  auto& arguments = std::get<ExpandedArguments>(expanded);
  ArgumentParser parser(kind, environment.is_cpp_driver, arguments.arguments);
  auto parsed = parser.parse();
  auto* const invocation = std::get_if<Invocation>(&parsed);
  if (invocation == nullptr) return parsed;
  invocation->response_files = std::move(arguments.files);
  if (!invocation->modules) return parsed;
  auto refusal = read_module_mapper(*invocation, environment.read_file);
  if (refusal) return *std::move(refusal);
  return parsed;
}

}  // namespace larder::compile
