#pragma once

#include "compile/invocation.h"
#include "compile/pass_through.h"

#include <optional>
#include <span>
#include <string_view>

#include <cstdint>

namespace larder::compile {

/// How an option takes its value; a bit set.
enum class OptionForm : std::uint8_t {
  flag = 1,      ///< `-c`
  joined = 2,    ///< `-O2`, `-std=c++20`
  separate = 4,  ///< `-include FILE`
};

/// What an option does to an Invocation. Handled by group: see group_of().
enum class Effect : std::uint8_t {
  // EffectGroup::keep: enters the key as it is; what else it says is in the comment.
  kept,
  keep_path,          // names a directory or a program, not read as a file
  keep_prefix_map,    // OLD=NEW
  keep_if_harmless,   // any option of this letter: kept unless it may name files
  search,             // decides the built-in search path or macros
  search_path,        // so does its path
  named_file,         // names a file to read
  working_directory,  // puts the working directory into the output
  random_seed,
  sanitize,
  target_cpu,  // may be "native"
  input_charset,
  external_assembler,
  integrated_assembler,
  // EffectGroup::refuse
  refused,
  // EffectGroup::mode
  output,
  object,
  assembly,
  language,
  // EffectGroup::include
  quote_directory,
  plain_directory,
  system_directory,
  after_directory,
  prefix,
  prefixed_directory,
  prefixed_directory_before,
  forced_include,
  forced_macros,
  no_standard_directories,
  no_standard_cpp_directories,
  // EffectGroup::dependency
  depfile_all,
  depfile_user,
  depfile_path,
  depfile_target,
  depfile_quoted_target,
  depfile_phony,
  // EffectGroup::debug: debug information, instrumentation and their side outputs
  debug_level,   // exactly -g0, -g, -g1, -g2, -g3, -ggdb*, -gdwarf-N
  debug_other,   // any other -g: may turn debug information on
  debug_detail,  // never turns it on
  split_dwarf,
  no_split_dwarf,
  debug_directory,  // replaces the working directory in debug information
  stack_usage,
  callgraph_info,
  test_coverage,
  coverage,
  profile,
  lto,
  no_lto,
  // EffectGroup::modules
  modules,
  module_mapper,
  module_rules,
  // EffectGroup::diagnostics
  colour_always,
  colour_never,
  colour_value,
  plain_diagnostics,
  diagnostics_format,
  // EffectGroup::delegated: options of the programs behind the driver
  assembler_list,
  assembler_value,
  preprocessor_list,
  preprocessor_value,
  frontend_value,
  llvm_value,
};

enum class EffectGroup : std::uint8_t {
  keep,
  refuse,
  mode,
  include,
  dependency,
  debug,
  modules,
  diagnostics,
  delegated,
};

EffectGroup group_of(Effect effect) noexcept;

/// One option, or all that begin with its name.
struct Option {
  std::string_view name;
  std::uint8_t forms = 0;  ///< OptionForm bits.
  std::uint8_t kinds = 0;  ///< Bit 1 << CompilerKind for each driver that has it.
  Effect effect = Effect::refused;
  PassThroughReason reason = PassThroughReason::unknown_option;  ///< Of Effect::refused.

  [[nodiscard]] constexpr bool has(OptionForm form) const noexcept {
    return (forms & static_cast<std::uint8_t>(form)) != 0;
  }
  [[nodiscard]] constexpr bool is_of(CompilerKind kind) const noexcept {
    return (kinds >> static_cast<unsigned>(kind) & 1) != 0;
  }
};

/// An argument read as an option.
struct OptionMatch {
  const Option* option = nullptr;  ///< In the table; static storage.
  std::string_view value;          ///< The joined value; empty for a flag.
  bool takes_next = false;         ///< The value is the next argument.
};

/// The option of the longest name that `argument` begins with and may be, as both drivers choose;
/// nullopt for one in no table. Allocates nothing; time grows with the name's length only.
std::optional<OptionMatch> match_option(CompilerKind kind, std::string_view argument) noexcept;

/// All options, sorted by name.
std::span<const Option> option_table() noexcept;

}  // namespace larder::compile
