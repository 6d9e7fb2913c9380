#include "compile/dependency_options.h"

#include "compile/output_names.h"

#include <algorithm>
#include <utility>

namespace larder::compile {
namespace {

PassThrough unsupported(std::string_view detail) {
  return {PassThroughReason::unsupported_option, std::string(detail)};
}

/// Cuts the text before the first comma off `list`.
std::string_view take_item(std::string_view& list) {
  const auto comma = list.find(',');
  const auto item = list.substr(0, comma);
  list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  return item;
}

/// The object's name as the compiler proper guesses it from the input alone.
std::string default_object_name(const Invocation& compile) {
  return with_extension(file_name(compile.input), "o");
}

}  // namespace

void DependencyOptions::apply(Effect effect, std::string_view spelled, std::string_view value) {
  last_ = spelled;
  switch (effect) {
    case Effect::depfile_all:
      wants_all_ = true;
      break;
    case Effect::depfile_user:
      wants_user_ = true;
      break;
    case Effect::depfile_path:
      path_ = value;
      break;
    case Effect::depfile_target:
      targets_.push_back({std::string(value), false});
      break;
    case Effect::depfile_quoted_target:
      targets_.push_back({quote_make_target(value), true});
      break;
    default:
      has_phony_targets_ = true;
      break;
  }
}

bool DependencyOptions::apply_preprocessor_list(CompilerKind kind, std::string_view list) {
  last_ = list;
  const bool is_scope_and_path = std::ranges::count(list, ',') == 1 && !list.ends_with(',') &&
                                 (list.starts_with("-MD,") || list.starts_with("-MMD,"));
  // Of these lists clang reads only `-MD,FILE` and `-MMD,FILE` as gcc does.
  if (kind == CompilerKind::clang && !is_scope_and_path) return false;
  while (!list.empty()) {
    const auto item = take_item(list);
    if (!apply_preprocessor_item(item, list)) return false;
  }
  return true;
}

bool DependencyOptions::apply_preprocessor_item(std::string_view item, std::string_view& rest) {
  if (item == "-MP") {
    has_phony_targets_ = true;
    return true;
  }
  if (rest.empty()) return false;
  if (item == "-MT") {
    inner_targets_.push_back({std::string(take_item(rest)), false});
    return true;
  }
  if (item == "-MQ") {
    inner_targets_.push_back({quote_make_target(take_item(rest)), true});
    return true;
  }
  if (inner_scope_ || (item != "-MD" && item != "-MMD")) return false;
  inner_scope_ = item == "-MD" ? Depfile::Scope::all_headers : Depfile::Scope::user_headers;
  inner_path_ = take_item(rest);
  return true;
}

/// Why these options together do not say one thing; nullptr if they do.
const char* DependencyOptions::contradiction() const noexcept {
  const bool has_scope = wants_all_ || wants_user_;
  if (inner_scope_ && (has_scope || path_)) return "-Wp,-MD beside -MD or -MF";
  if (!inner_scope_ && !has_scope) return "-MF, -MT, -MQ or -MP without -MD";
  if (!inner_targets_.empty() && (!inner_scope_ || !targets_.empty())) return "-Wp,-MT beside -MT";
  const auto quoted = std::ranges::count(inner_targets_, true, &Target::is_quoted);
  if (quoted != 0 && quoted != std::ssize(inner_targets_)) return "-Wp,-MT beside -Wp,-MQ";
  return nullptr;
}

std::variant<std::optional<Depfile>, PassThrough> DependencyOptions::resolve(
    CompilerKind kind, const Invocation& compile) const {
  if (last_.empty()) return std::nullopt;
  if (const char* why = contradiction()) return unsupported(why);
  if (!is_preprocessed_by_compiler(compile.language)) {
    // gcc writes no depfile; clang warns of the unused options as they are spelled.
    if (kind == CompilerKind::gcc && !inner_scope_) return std::nullopt;
    return unsupported(last_);
  }
  Depfile depfile;
  depfile.has_phony_targets = has_phony_targets_;
  depfile.scope = inner_scope_.value_or(wants_user_ ? Depfile::Scope::user_headers
                                                    : Depfile::Scope::all_headers);
  if (auto refusal = resolve_path(compile, depfile)) return *std::move(refusal);
  if (auto refusal = resolve_targets(kind, compile, depfile)) return *std::move(refusal);
  return depfile;
}

std::optional<PassThrough> DependencyOptions::resolve_path(const Invocation& compile,
                                                           Depfile& depfile) const {
  if (inner_scope_) {
    depfile.path = inner_path_;
  } else if (path_) {
    depfile.path = *path_;
  } else {
    const std::string_view base =
        compile.is_output_explicit ? std::string_view(compile.output) : file_name(compile.input);
    if (!has_derivable_name(base)) return unsupported(last_);
    depfile.path = with_extension(base, "d");
  }
  if (depfile.path.empty()) return PassThrough{PassThroughReason::missing_argument, last_};
  if (names_open_descriptor(depfile.path)) {
    return PassThrough{PassThroughReason::standard_output, depfile.path};
  }
  return std::nullopt;
}

std::optional<PassThrough> DependencyOptions::resolve_targets(CompilerKind kind,
                                                              const Invocation& compile,
                                                              Depfile& depfile) const {
  std::vector<Target> targets = inner_targets_.empty() ? targets_ : inner_targets_;
  if (targets.empty()) {
    const bool knows_output =
        compile.is_output_explicit && !(inner_scope_ && kind == CompilerKind::gcc);
    if (!knows_output && !has_derivable_name(compile.input)) return unsupported(last_);
    targets.push_back(
        {quote_make_target(knows_output ? compile.output : default_object_name(compile)), true});
  }
  if (kind == CompilerKind::gcc) {
    std::ranges::stable_sort(targets, {}, &Target::is_quoted);  // libcpp puts -MT first
  }
  for (Target& target : targets) {
    // Releases of gcc differ in whether they quote a colon.
    if (kind == CompilerKind::gcc && target.is_quoted &&
        target.text.find(':') != std::string::npos) {
      return unsupported(target.text);
    }
    depfile.targets.push_back(std::move(target.text));
  }
  return std::nullopt;
}

}  // namespace larder::compile
