#include "compile/module_options.h"

#include "compile/output_names.h"

namespace larder::compile {

void ModuleOptions::apply(Effect effect, std::string_view spelled, std::string_view value) {
  spelled_ = spelled;
  switch (effect) {
    case Effect::module_mapper:
      mapper_ = value;
      break;
    case Effect::module_rules:
      rules_ = spelled;
      break;
    default:
      is_on_ = true;
      break;
  }
}

std::optional<PassThrough> ModuleOptions::resolve(Invocation& compile) const {
  if (spelled_.empty()) return std::nullopt;
  // Without a mapper gcc finds every module that is imported by its name.
  if (!is_on_ || mapper_.empty() || compile.language != Language::cpp) {
    return PassThrough{PassThroughReason::modules, spelled_};
  }
  compile.modules = ModuleSearch{.mapper = mapper_};
  if (rules_.empty()) return std::nullopt;
  std::string path = with_extension(compile.output, "ddi");
  // Without a depfile gcc refuses, unless it is asked for a list in another way, as larder does.
  if (rules_ != "-fdeps-format=p1689r5" || !compile.depfile ||
      !has_derivable_name(compile.output) || path == compile.output) {
    return PassThrough{PassThroughReason::modules, rules_};
  }
  compile.modules->writes_rules = true;
  compile.side_outputs.push_back({kModuleRules, std::move(path)});
  return std::nullopt;
}

}  // namespace larder::compile
