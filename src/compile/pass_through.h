#pragma once

#include <string>
#include <string_view>

#include <cstddef>
#include <cstdint>

namespace larder::compile {

/// Why a command line goes to the real compiler untouched. doc/compiler-options.md explains each
/// by its name. Names and numbers are stable, for the counters file holds one count for each: new
/// reasons go last.
enum class PassThroughReason : std::uint8_t {
  link,                   ///< Neither -c nor -S: the driver links.
  preprocess_only,        ///< -E.
  dependencies_only,      ///< -M, -MM without a compile; -MG.
  syntax_only,            ///< -fsyntax-only and kin: no output.
  information,            ///< --help, --version, -print-*, -###, -v.
  no_input,               ///< No source named.
  several_inputs,         ///< More than one source or linker input.
  standard_input,         ///< The source is `-`.
  standard_output,        ///< The output or the depfile is `-` or a name for an open descriptor.
  unsupported_language,   ///< Not C, C++ or assembly.
  precompiled_header,     ///< Making or naming a precompiled header.
  modules,                ///< Any use of modules.
  plugin,                 ///< Code loaded into the compiler.
  specs,                  ///< -specs: a file that rewrites the driver.
  config_file,            ///< clang --config: a file of further options.
  wrapper,                ///< -wrapper.
  intermediate_files,     ///< -save-temps.
  dump,                   ///< -fdump-*, -d*: files named by compiler internals.
  extra_output,           ///< An output that cannot be restored: listings, -MJ, records.
  profile_use,            ///< Reads a profile that no dependency list shows.
  unstable_output,        ///< Output that differs from run to run: -ftime-report, -ftime-trace.
  compiler_internal,      ///< -Xclang, -mllvm and kin, not known to be harmless.
  assembler_option,       ///< -Wa or -Xassembler, not known to be harmless.
  preprocessor_option,    ///< -Wp or -Xpreprocessor, not known to be harmless.
  several_architectures,  ///< -arch, -Xarch_*: several compiles in one.
  offload,                ///< CUDA, HIP, OpenMP targets: several compiles in one.
  include_search,         ///< A search path that cannot be followed: -I-, frameworks, `=dir`.
  records_command_line,   ///< The output holds the whole command line as spelled.
  response_file,          ///< Nested too deeply, too large, unreadable, or foreign encoding.
  missing_argument,       ///< An option's value is missing: the compiler will say so.
  unsupported_option,     ///< Understood, and not safe to cache.
  unknown_option,         ///< Not understood.
  environment,            ///< A variable that changes what the driver does or writes.
};

inline constexpr std::size_t kPassThroughReasons =
    static_cast<std::size_t>(PassThroughReason::environment) + 1;

/// The reason's name as written in statistics and JSON, such as "several_inputs".
std::string_view to_string(PassThroughReason reason) noexcept;

/// The command runs as it is, uncached.
struct PassThrough {
  PassThroughReason reason = PassThroughReason::unknown_option;
  std::string detail = {};  ///< The argument or file that decided, as spelled; may be empty.
};

}  // namespace larder::compile
