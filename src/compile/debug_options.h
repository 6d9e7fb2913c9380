#pragma once

#include "compile/invocation.h"
#include "compile/option_table.h"
#include "compile/pass_through.h"

#include <optional>
#include <string_view>

namespace larder::compile {

/// Gathers the options of debug information, instrumentation and LTO, and tells what of the
/// compile's surroundings the output holds and which files appear beside it.
/// One thread at a time.
class DebugOptions {
 public:
  /// Takes one option of EffectGroup::debug.
  void apply(Effect effect, std::string_view spelled);

  /// Something else that writes debug information, such as -Wa,-g.
  void set_debug_info() { apply(Effect::debug_other, "-g"); }
  void set_holds_working_directory() { holds_working_directory_ = true; }
  void set_random_seed() { has_random_seed_ = true; }

  /// Sets the flags and side outputs of a compile whose input, language, output and output_kind
  /// are set. A reason to pass through where the side outputs' names are not certain.
  [[nodiscard]] std::optional<PassThrough> resolve(CompilerKind kind, Invocation& compile) const;

 private:
  [[nodiscard]] bool writes_coverage_notes() const { return test_coverage_ || coverage_; }
  [[nodiscard]] bool is_instrumented() const { return writes_coverage_notes() || profile_; }
  void set_flags(CompilerKind kind, Invocation& compile) const;
  [[nodiscard]] bool names_split_dwarf_surely(CompilerKind kind, const Invocation& compile) const;

  bool debug_info_ = false;
  bool is_plain_level_ = false;  // debug_info_ comes from an option like -g2, not from a variant
  bool split_dwarf_ = false;
  bool replaces_directory_ = false;
  bool stack_usage_ = false;
  bool callgraph_info_ = false;
  bool test_coverage_ = false;
  bool coverage_ = false;
  bool profile_ = false;
  bool lto_ = false;
  bool holds_working_directory_ = false;
  bool has_random_seed_ = false;
};

}  // namespace larder::compile
