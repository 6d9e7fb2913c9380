#include "compile/dependency_listing.h"

#include "compile/depfile.h"
#include "compile/preprocessed.h"
#include "sys/environment.h"
#include "sys/file.h"
#include "sys/process.h"
#include "util/bytes.h"
#include "util/string_map.h"
#include "util/try.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

#include <cerrno>
#include <chrono>

namespace larder::compile {
namespace {

/// The number under which the compile finds the list. Drivers and compilers use the lowest ones.
constexpr int kListFd = 19;

constexpr std::uint64_t kMaxListBytes = std::uint64_t{256} << 20;

constexpr sys::CaptureOptions kRunLimits = {.time_limit = std::chrono::minutes(10),
                                            .max_bytes = kMaxListBytes};

std::string path_of_fd(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

/// Whether the program is one the kernel runs, and no script, which might close what it inherits.
bool is_elf(const std::string& path) {
  const auto fd = sys::open_at(AT_FDCWD, path, O_RDONLY);
  if (!fd) return false;
  std::array<std::byte, 4> magic = {};
  const auto got = sys::read_at(fd->get(), magic, 0);
  return got && *got == magic.size() &&
         util::as_text(magic) ==
             "\x7f"
             "ELF";
}

/// Whether depfiles of both compilers give this name back: gcc leaves a newline and a backslash at
/// the end unquoted, and clang makes slashes of backslashes and leaves tabs.
bool is_listable(std::string_view name) {
  return name.find_first_of("\t\n\r\\") == std::string_view::npos;
}

bool has_listable_names(const Invocation& invocation) {
  const PreprocessorView& view = invocation.preprocessor;
  return is_listable(invocation.input) &&
         std::ranges::all_of(view.directories,
                             [](const auto& directory) { return is_listable(directory.path); }) &&
         std::ranges::all_of(view.forced_includes,
                             [](const auto& forced) { return is_listable(forced.file); });
}

/// "./a.h", as the source or clang's variable may have it, as depfiles have it: "a.h".
std::string_view without_leading_dots(std::string_view name) {
  while (name.starts_with("./")) {
    name.remove_prefix(std::min(name.find_first_not_of('/', 1), name.size()));
  }
  return name;
}

/// Each once, in order, the source first.
std::vector<std::string> with_source(std::string_view source, std::vector<std::string> files) {
  util::ViewSet seen;  // of strings in the list, which does not grow
  seen.reserve(files.size() + 1);
  std::vector<std::string> list;
  list.reserve(files.size() + 1);
  const auto add = [&](std::string file) {
    const std::string_view name = without_leading_dots(file);
    if (name.empty()) return;
    file.erase(0, file.size() - name.size());
    if (!seen.insert(list.emplace_back(std::move(file))).second) list.pop_back();
  };
  add(std::string(source));
  for (std::string& file : files) add(std::move(file));
  return list;
}

bool names_source(const std::vector<std::string>& files, const Invocation& invocation) {
  return std::ranges::find(files, without_leading_dots(invocation.input)) != files.end();
}

tl::unexpected<Error> unlisted(const Invocation& invocation, std::string_view why) {
  return fail(ErrorCode::unavailable,
              "list what " + invocation.input + " includes: " + std::string(why));
}

/// Whether clang reads nothing but what includes lead to by the rules of gcc. Lists of what
/// sanitizers leave alone are headers of the system to it, and where it does as Microsoft's
/// compiler it looks beside includers' includers, too.
bool reads_what_includes_say(const Invocation& invocation) {
  const auto is_microsofts = [](const KeyArgument& argument) {
    const auto& [option, value, kind] = argument;
    const bool names_windows =
        option.find("win") != std::string::npos || value.find("win") != std::string::npos;
    return option.starts_with("-fms") ||
           (names_windows && option.find("-target") != std::string::npos);
  };
  return !invocation.uses_sanitizer &&
         std::ranges::none_of(invocation.key_arguments, is_microsofts);
}

}  // namespace

ListingMethod choose_listing(const ListingCompiler& compiler,
                             const Invocation& invocation) noexcept {
  if (!is_preprocessed_by_compiler(invocation.language)) return ListingMethod::source_only;
  if (invocation.depfile) {
    if (invocation.depfile->scope == Depfile::Scope::all_headers) return ListingMethod::depfile;
    const bool is_usual = compiler.kind == CompilerKind::gcc || reads_what_includes_say(invocation);
    return is_usual ? ListingMethod::user_depfile : ListingMethod::extra_run;
  }
  if (compiler.has_prefix_command) return ListingMethod::extra_run;
  return compiler.kind == CompilerKind::gcc ? ListingMethod::gcc_variable
                                            : ListingMethod::clang_variable;
}

Result<DependencyListing> DependencyListing::prepare(ListingCompiler compiler,
                                                     const Invocation& invocation,
                                                     sys::Command& command) {
  const ListingMethod method = choose_listing(compiler, invocation);
  DependencyListing listing(std::move(compiler), method);
  if (method == ListingMethod::gcc_variable || method == ListingMethod::clang_variable) {
    LARDER_CHECK(listing.offer_list(command));
  }
  return listing;
}

/// Lets the compile write the list to memory. The compilers fail where they cannot open it, so
/// everything that might be in the way makes this an extra run instead.
Result<void> DependencyListing::offer_list(sys::Command& command) {
  list_.reset(::memfd_create("larder dependencies", MFD_CLOEXEC));
  const int os_error = errno;
  if (!list_) return fail(Error::from_errno(os_error, "memfd_create"));
  if (!is_elf(compiler_.path) || ::access(path_of_fd(list_.get()).c_str(), W_OK) != 0) {
    method_ = ListingMethod::extra_run;
    return {};
  }
  std::vector<std::string> variables;
  if (method_ == ListingMethod::gcc_variable) {
    variables = {"SUNPRO_DEPENDENCIES=" + path_of_fd(kListFd) + " x"};
  } else {
    variables = {"CC_PRINT_HEADERS=1", "CC_PRINT_HEADERS_FILE=" + path_of_fd(kListFd)};
  }
  if (!command.environment) {
    command.environment = sys::environment_with(variables);
  } else {
    command.environment->insert(command.environment->end(), variables.begin(), variables.end());
  }
  command.inherited.push_back({.ours = list_.get(), .theirs = kListFd});
  return {};
}

Result<DependencyList> DependencyListing::collect(const Invocation& invocation) const {
  Result<Files> files = Files();
  if (method_ == ListingMethod::depfile || method_ == ListingMethod::user_depfile) {
    files = read_depfile(invocation);
  } else if (list_ && method_ != ListingMethod::extra_run) {
    files = read_list();
  }
  if (!files) return fail(std::move(files).error());
  // No header at all is rare; more often it means that something stood in between after all.
  if (files->empty() && method_ != ListingMethod::source_only) return ask_driver(invocation);
  const bool is_all = method_ != ListingMethod::user_depfile;
  return DependencyList{
      .files = with_source(invocation.input, *std::move(files)),
      .origin = is_all ? DependencyList::Origin::compile : DependencyList::Origin::user_headers};
}

Result<DependencyListing::Files> DependencyListing::read_list() const {
  LARDER_TRY(const struct stat status, sys::stat_fd(list_.get()));
  util::ByteBuffer bytes(static_cast<std::size_t>(status.st_size));
  LARDER_CHECK(sys::read_exactly_at(list_.get(), bytes, 0));
  if (method_ == ListingMethod::gcc_variable) return parse_depfile(util::as_text(bytes));
  return parse_header_list(util::as_text(bytes));
}

/// What the compile's own depfile lists; nothing for one that is another compile's or no file.
Result<DependencyListing::Files> DependencyListing::read_depfile(
    const Invocation& invocation) const {
  const std::string& path = invocation.depfile->path;
  LARDER_TRY(const auto status, sys::stat_at(AT_FDCWD, path));
  if (!status || !S_ISREG(status->st_mode) || !has_listable_names(invocation)) return Files();
  LARDER_TRY(const util::ByteBuffer bytes, sys::read_file(AT_FDCWD, path, kMaxListBytes));
  LARDER_TRY(Files files, parse_depfile(util::as_text(bytes)));
  if (!names_source(files, invocation)) return Files();
  return files;
}

Result<DependencyList> DependencyListing::ask_driver(const Invocation& invocation) const {
  if (!has_listable_names(invocation)) return unlisted(invocation, "a name that no list can show");
  sys::Command command = {.program = compiler_.path,
                          .arguments = preprocessing_arguments(invocation)};
  command.arguments.insert(command.arguments.begin(), compiler_.name);
  command.arguments.emplace_back("-M");
  LARDER_TRY(const sys::RunOutcome outcome, sys::run_and_capture(command, kRunLimits));
  if (outcome.interrupted_by != 0 || !outcome.status.is_success()) {
    return unlisted(invocation, "-M failed");
  }
  LARDER_TRY(Files files, parse_depfile(outcome.out.bytes));
  if (!names_source(files, invocation)) {
    return unlisted(invocation, "-M does not name the source");
  }
  DependencyList list = {.files = with_source(invocation.input, std::move(files)),
                         .origin = DependencyList::Origin::later_run};
  // Where it agrees with the empty list that made us ask, the compile has told it all.
  const bool tells_all =
      method_ != ListingMethod::extra_run && method_ != ListingMethod::user_depfile;
  if (tells_all && list.files.size() == 1) list.origin = DependencyList::Origin::compile;
  if (!invocation.depfile) return list;

  LARDER_TRY(const Files told, read_depfile(invocation));
  if (told.empty()) return list;
  const util::ViewSet found(list.files.begin(), list.files.end());
  for (const std::string& file : with_source(invocation.input, told)) {
    if (!found.contains(file)) return unlisted(invocation, file + " was read, and then not found");
  }
  list.origin = DependencyList::Origin::compile_user_headers;
  return list;
}

}  // namespace larder::compile
