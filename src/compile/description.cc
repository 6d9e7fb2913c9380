#include "compile/description.h"

#include "util/assert.h"

#include <algorithm>
#include <array>

namespace larder::compile {
namespace {

// The first field of every key: a change of what keys are made of changes it.
constexpr std::string_view kManifestDomain = "larder manifest 1";
constexpr std::string_view kResultDomain = "larder result 2";

// Variables that reach the output or the diagnostics of gcc 12 or clang 14, sorted. Those that make
// the compiler write more files (DEPENDENCIES_OUTPUT, CC_PRINT_*, …) pass through instead.
constexpr std::array<std::string_view, 27> kVariables = {
    "CCC_OVERRIDE_OPTIONS",  // clang's driver edits its command line with it
    "CLANG_NO_DEFAULT_CONFIG",
    "COMPILER_PATH",
    "CPATH",
    "CPLUS_INCLUDE_PATH",
    "C_INCLUDE_PATH",
    "EXPERIMENTAL_INCLUDE_PATH",
    "GCC_COLORS",
    "GCC_COMPARE_DEBUG",
    "GCC_EXEC_PREFIX",
    "GCC_EXTRA_DIAGNOSTIC_OUTPUT",
    "GCC_ROOT",
    "LANG",
    "LANGUAGE",
    "LC_ALL",
    "LC_CTYPE",
    "LC_MESSAGES",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "LIBRARY_PATH",
    "OBJCPLUS_INCLUDE_PATH",
    "OBJC_INCLUDE_PATH",
    "POSIXLY_CORRECT",
    "QA_OVERRIDE_GCC3_OPTIONS",  // clang's older name for the same
    "SOURCE_DATE_EPOCH",
    "TARGET_FLAGS",
    "ZERO_AR_DATE",
};

// And these where diagnostics go to a terminal.
constexpr std::array<std::string_view, 4> kTerminalVariables = {"COLUMNS", "GCC_URLS", "TERM",
                                                                "TERM_URLS"};

std::vector<std::string> gather_environment(const Surroundings& surroundings) {
  std::vector<std::string> found;
  for (const char* const* variable = surroundings.variables; variable != nullptr && *variable;
       ++variable) {
    const std::string_view text = *variable;
    const std::string_view name = text.substr(0, text.find('='));
    if (std::ranges::binary_search(kVariables, name) ||
        (surroundings.is_terminal && std::ranges::binary_search(kTerminalVariables, name))) {
      found.emplace_back(text);
    }
  }
  std::ranges::sort(found);
  return found;
}

/// Tells paths, in terms of the root if there is one.
class PathTeller {
 public:
  explicit PathTeller(const ProjectRoot* root) : root_(root) {}

  [[nodiscard]] std::string tell(std::string_view path) const {
    return root_ == nullptr ? std::string(path) : root_->in_terms_of_root(path);
  }

  [[nodiscard]] std::string tell(const KeyArgument& argument) const {
    const std::string_view value = argument.value;
    switch (argument.value_kind) {
      case KeyArgument::Value::path:
        return tell(value);
      case KeyArgument::Value::prefix_map: {
        const std::size_t old_bytes = std::min(value.find('='), value.size());
        return tell(value.substr(0, old_bytes)).append(value.substr(old_bytes));
      }
      default:
        return argument.value;
    }
  }

 private:
  const ProjectRoot* root_;
};

void append_depfile(const Depfile& depfile, const PathTeller& paths,
                    std::vector<std::string>& arguments) {
  arguments.emplace_back(depfile.scope == Depfile::Scope::all_headers ? "-MD" : "-MMD");
  if (depfile.has_phony_targets) arguments.emplace_back("-MP");
  for (const std::string& target : depfile.targets) arguments.push_back("-MQ" + paths.tell(target));
}

void append_modules(const ModuleSearch& modules, const PathTeller& paths,
                    std::vector<std::string>& arguments) {
  std::string& text = arguments.emplace_back("(modules)");
  text.push_back('\0');
  text.append(paths.tell(modules.directory));
}

/// Debug information holds what the driver makes of the option, as the rules do.
bool names_output(const std::optional<ModuleSearch>& modules) {
  return modules && modules->writes_rules;
}

}  // namespace

bool asks_for_colour(const Diagnostics& diagnostics, bool is_terminal) noexcept {
  switch (diagnostics.colour) {
    case Diagnostics::Colour::always:
      return true;
    case Diagnostics::Colour::never:
      return false;
    case Diagnostics::Colour::unspecified:
    case Diagnostics::Colour::automatic:
      break;
  }
  return is_terminal && !diagnostics.is_machine_readable;
}

Description describe(const Invocation& invocation, const Surroundings& surroundings) {
  const PathTeller paths(surroundings.root);
  Description description;
  description.source = paths.tell(invocation.input);
  description.environment = gather_environment(surroundings);
  auto& arguments = description.arguments;
  arguments.emplace_back("-x").append(to_string(invocation.language));
  arguments.emplace_back(invocation.output_kind == OutputKind::object ? "-c" : "-S");
  if (surroundings.is_terminal) arguments.emplace_back("(terminal)");
  if (asks_for_colour(invocation.diagnostics, surroundings.is_terminal)) {
    arguments.emplace_back("(colour)");
  }
  if (invocation.depfile) append_depfile(*invocation.depfile, paths, arguments);
  if (invocation.modules) append_modules(*invocation.modules, paths, arguments);
  if (invocation.output_holds_output_path || names_output(invocation.modules)) {
    arguments.push_back("-o" + paths.tell(invocation.output));
  }
  for (const KeyArgument& argument : invocation.key_arguments) {
    std::string& text = arguments.emplace_back(argument.option);
    if (argument.value_kind != KeyArgument::Value::none) {
      text.push_back('\0');
      text.append(paths.tell(argument));
    }
  }
  if (invocation.output_holds_working_directory) {
    description.directory = paths.tell(surroundings.directory);
  }
  // A key that is told so must not be that of a compile whose paths are spelled like this.
  if (surroundings.root != nullptr) arguments.emplace_back("(relocated)");
  return description;
}

util::Digest manifest_key(const Description& description) {
  util::Blake3 hasher;
  hasher.field(kManifestDomain).update(description.compiler.bytes);
  hasher.field(description.arguments.size());
  for (const std::string& argument : description.arguments) hasher.field(argument);
  hasher.field(description.environment.size());
  for (const std::string& variable : description.environment) hasher.field(variable);
  hasher.field(description.directory).field(description.source);
  hasher.update(description.source_digest.bytes);
  for (const InputFile& file : description.named_files) {
    hasher.field(file.path).update(file.digest.bytes);
  }
  return hasher.finish();
}

util::Digest result_key(const util::Digest& manifest, const ManifestResult& read) {
  util::ByteBuffer bytes;
  util::append_field(bytes, kResultDomain);
  util::append(bytes, util::ByteSpan(manifest.bytes));
  util::append(bytes, std::uint64_t{read.files.size()});
  for (const ManifestFile& file : read.files) util::append_field(bytes, file.path);
  util::append(bytes, util::ByteSpan(read.files_digest.bytes));
  for (const AbsentGroup& group : read.absent) {
    util::append_field(bytes, group.directory);
    util::append(bytes, std::uint64_t{group.names.size()});
    for (const std::string& name : group.names) util::append_field(bytes, name);
  }
  return util::blake3(bytes);
}

Key key_of(const util::Digest& digest) {
  auto key = Key::from_bytes(digest.bytes);
  LARDER_ASSERT(key);
  return *std::move(key);
}

}  // namespace larder::compile
