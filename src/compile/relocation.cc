#include "compile/relocation.h"

#include "compile/header_modules.h"
#include "compile/plain_path.h"
#include "sys/file.h"
#include "util/bytes.h"
#include "util/try.h"

#include <algorithm>
#include <array>

#include <cctype>
#include <cstring>

namespace larder::compile {
namespace {

using Value = KeyArgument::Value;

/// Options whose effect hides a path from a search of the bytes, or makes something of its length.
constexpr std::array<std::string_view, 9> kHiding = {
    "-Wa,",
    "-Xassembler",
    "-fdebug-types-section",  // Its signatures hash names as they were before they were mapped.
    "-fembed-bitcode",
    "-flto",
    "-fmessage-length",
    "-fprofile",
    "-funique-internal-linkage-names",
    "-gz",
};

bool hides_paths(const KeyArgument& argument) {
  return std::ranges::any_of(
      kHiding, [&](std::string_view option) { return argument.option.starts_with(option); });
}

/// Whether the command line names a path, in a way that root.in_terms_of_root() tells, that `is`.
template <typename Predicate>
bool names_path(const Invocation& invocation, const Predicate& is) {
  const auto is_such_argument = [&](const KeyArgument& argument) {
    return argument.value_kind == Value::path && is(argument.value);
  };
  return is(invocation.input) || std::ranges::any_of(invocation.key_arguments, is_such_argument) ||
         (invocation.depfile && std::ranges::any_of(invocation.depfile->targets, is));
}

/// Whether a path as spelled could be taken for one that is told in terms of a root.
bool is_ambiguous(const Invocation& invocation) {
  const auto is_marked = [](std::string_view path) { return path.starts_with(ProjectRoot::kMark); };
  return is_marked(invocation.input) ||
         std::ranges::any_of(invocation.key_arguments, [&](const KeyArgument& argument) {
           return is_marked(argument.value);
         });
}

/// What a prefix map maps.
std::string_view old_prefix(const KeyArgument& map) {
  return std::string_view(map.value).substr(0, map.value.find('='));
}

bool is_prefix_map(const KeyArgument& argument) { return argument.value_kind == Value::prefix_map; }

/// Whether one of these options maps exactly the root.
bool maps_root(const Invocation& invocation, const ProjectRoot& root,
               std::initializer_list<std::string_view> options) {
  return std::ranges::any_of(invocation.key_arguments, [&](const KeyArgument& argument) {
    if (!is_prefix_map(argument) || std::ranges::count(options, argument.option) == 0) return false;
    const std::string_view old = old_prefix(argument);
    return old == root.path() || old == root.path() + "/";
  });
}

/// Whether a prefix map maps a part of the root's path: what is left of it then reaches the output.
bool maps_part_of_root(const Invocation& invocation, const ProjectRoot& root) {
  return std::ranges::any_of(invocation.key_arguments, [&](const KeyArgument& argument) {
    return is_prefix_map(argument) && root.path() != old_prefix(argument) &&
           root.path().starts_with(old_prefix(argument));
  });
}

/// Whether a search of the bytes tells whether the side outputs name the root.
bool has_only_plain_side_outputs(const Invocation& invocation) {
  return std::ranges::all_of(invocation.side_outputs,
                             [](const SideOutput& side) { return side.blob_name == kModuleRules; });
}

bool can_be_relocated(const Invocation& invocation) {
  const bool holds_directory =
      invocation.output_holds_working_directory && !invocation.has_debug_info;
  return is_preprocessed_by_compiler(invocation.language) && !holds_directory &&
         !invocation.output_holds_output_path && !invocation.is_output_unstable &&
         !invocation.uses_sanitizer && has_only_plain_side_outputs(invocation) &&
         !is_ambiguous(invocation) && std::ranges::none_of(invocation.key_arguments, hides_paths);
}

bool mentions(std::string_view text, const ProjectRoot& root) {
  return text.find(root.path()) != std::string_view::npos;
}

/// The root as gcc's clean_symbol_name makes it part of a symbol.
std::string as_symbol(std::string path) {
  std::ranges::replace_if(
      path, [](unsigned char c) { return std::isalnum(c) == 0 && c != '.' && c != '$'; }, '_');
  return path;
}

void tell_in_terms_of_root(const ProjectRoot& root, AbsentGroup& group) {
  if (!is_marked_module_directory(group.directory)) {
    group.directory = root.in_terms_of_root(group.directory);
    return;
  }
  group.directory =
      marked_module_directory(root.in_terms_of_root(module_directory_of(group.directory)));
  for (std::string& header : group.names) header = root.in_terms_of_root(header);
  std::ranges::sort(group.names);
}

}  // namespace

std::optional<ProjectRoot> find_relocation_root(const Invocation& invocation,
                                                const std::string& directory, bool maps_root_away) {
  const bool may_name_root =
      invocation.has_debug_info ||
      names_path(invocation, [](std::string_view path) { return path.starts_with('/'); });
  if (!may_name_root || !can_be_relocated(invocation)) return std::nullopt;
  const bool has_map = std::ranges::any_of(invocation.key_arguments, is_prefix_map);
  if (invocation.has_debug_info && !has_map && !maps_root_away) return std::nullopt;
  auto root = ProjectRoot::find(directory);
  if (!root) return std::nullopt;
  const bool names_root =
      invocation.has_debug_info
          ? maps_root_away ||
                maps_root(invocation, *root, {"-fdebug-prefix-map=", "-ffile-prefix-map="})
          : names_path(invocation, [&](std::string_view path) { return root->holds(path); });
  return names_root ? root : std::nullopt;
}

void map_root_away(const ProjectRoot& root, CompilerCommand& command, Invocation& invocation) {
  const bool has_own =
      maps_part_of_root(invocation, root) ||
      maps_root(invocation, root,
                {"-fdebug-prefix-map=", "-ffile-prefix-map=", "-fmacro-prefix-map="});
  if (has_own) return;
  const std::string option = "-ffile-prefix-map=";
  const std::string value = root.path() + "=.";
  command.words.insert(command.words.begin() + 1, option + value);
  invocation.key_arguments.insert(invocation.key_arguments.begin(),
                                  {option, value, Value::prefix_map});
}

bool maps_macros(const Invocation& invocation, const ProjectRoot& root) {
  return maps_root(invocation, root, {"-fmacro-prefix-map=", "-ffile-prefix-map="});
}

bool is_bound_by_command(const Description& description, const Invocation& invocation,
                         const std::string& compiler_path, const ProjectRoot& root) {
  const auto mentions_root = [&](std::string_view text) { return mentions(text, root); };
  return std::ranges::any_of(description.arguments, mentions_root) ||
         std::ranges::any_of(description.environment, mentions_root) ||
         mentions_root(description.source) || !invocation.named_files.empty() ||
         maps_part_of_root(invocation, root) ||
         root.holds(real_path(compiler_path).value_or(compiler_path));
}

Result<bool> holds_root(int fd, const ProjectRoot& root) {
  const std::string symbol = as_symbol(root.path());
  const std::size_t overlap = root.path().size() - 1;
  constexpr std::size_t kPieceBytes = std::size_t{1} << 18;
  LARDER_TRY(const struct stat status, sys::stat_fd(fd));
  const auto size = static_cast<std::size_t>(status.st_size);
  util::ByteBuffer piece;
  for (std::size_t at = 0; at < size; at += kPieceBytes) {
    piece.resize(std::min(kPieceBytes + overlap, size - at));
    LARDER_CHECK(sys::read_exactly_at(fd, piece, at));
    for (const std::string& text : {root.path(), symbol}) {
      if (::memmem(piece.data(), piece.size(), text.data(), text.size()) != nullptr) return true;
    }
  }
  return false;
}

void tell_in_terms_of_root(const ProjectRoot& root, bool is_bound, Inputs& inputs) {
  for (InputFile& file : inputs.files) file.path = root.in_terms_of_root(file.path);
  for (AbsentGroup& group : inputs.absent) tell_in_terms_of_root(root, group);
  std::ranges::sort(inputs.absent, {}, &AbsentGroup::directory);
  if (is_bound) inputs.files.push_back({std::string(ProjectRoot::kMark), root.digest()});
}

}  // namespace larder::compile
