#include "compile/debug_options.h"

#include "compile/output_names.h"

#include <string>

namespace larder::compile {
namespace {

bool is_compiled(Language language) {
  return language != Language::assembler && language != Language::assembler_with_cpp;
}

}  // namespace

void DebugOptions::apply(Effect effect, std::string_view spelled) {
  using enum Effect;
  switch (effect) {
    case debug_level:
      debug_info_ = !spelled.ends_with('0');
      is_plain_level_ = spelled != "-g1" && spelled != "-ggdb1";
      break;
    case debug_other:
      debug_info_ = true;
      is_plain_level_ = false;
      break;
    case split_dwarf:
    case no_split_dwarf:
      split_dwarf_ = effect == split_dwarf;
      break;
    case debug_directory:
      replaces_directory_ = true;
      break;
    case stack_usage:
      stack_usage_ = true;
      break;
    case callgraph_info:
      callgraph_info_ = true;
      break;
    case test_coverage:
      test_coverage_ = true;
      break;
    case coverage:
      coverage_ = true;
      break;
    case profile:
      profile_ = true;
      break;
    case lto:
    case no_lto:
      lto_ = effect == lto;
      break;
    default:
      break;
  }
}

void DebugOptions::set_flags(CompilerKind kind, Invocation& compile) const {
  compile.has_debug_info = debug_info_ || split_dwarf_;
  compile.output_holds_working_directory = compile.has_debug_info || is_instrumented() || lto_ ||
                                           replaces_directory_ || holds_working_directory_;
  compile.output_holds_output_path = split_dwarf_ || is_instrumented();
  compile.is_output_unstable =
      kind == CompilerKind::gcc && (is_instrumented() || lto_) && !has_random_seed_;
}

/// gcc runs objcopy on every object. clang writes the file itself, with -S too but to another
/// place, and only where the debug level in force has something to put into it.
bool DebugOptions::names_split_dwarf_surely(CompilerKind kind, const Invocation& compile) const {
  if (kind == CompilerKind::gcc) return true;
  return compile.output_kind == OutputKind::object && debug_info_ && is_plain_level_ && !lto_ &&
         !replaces_directory_;
}

std::optional<PassThrough> DebugOptions::resolve(CompilerKind kind, Invocation& compile) const {
  set_flags(kind, compile);
  const auto add = [&compile](std::string_view extension) {
    const std::string_view base =
        compile.is_output_explicit ? std::string_view(compile.output) : file_name(compile.input);
    compile.side_outputs.push_back({extension, with_extension(base, extension)});
  };
  if (split_dwarf_) {
    if (!names_split_dwarf_surely(kind, compile)) {
      return PassThrough{PassThroughReason::unsupported_option, "-gsplit-dwarf"};
    }
    if (compile.output_kind == OutputKind::object) add("dwo");
  }
  if (is_compiled(compile.language)) {
    if (stack_usage_) add("su");
    if (callgraph_info_) add("ci");
    if (writes_coverage_notes()) add("gcno");
  }
  if (!compile.side_outputs.empty() && !has_derivable_name(compile.output)) {
    return PassThrough{PassThroughReason::unsupported_option, compile.output};
  }
  return std::nullopt;
}

}  // namespace larder::compile
