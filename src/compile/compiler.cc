#include "compile/compiler.h"

#include "compile/compiler_parts.h"
#include "compile/compiler_places.h"
#include "compile/compiler_record.h"
#include "compile/driver_probe.h"
#include "compile/find_program.h"
#include "compile/search_path.h"
#include "sys/file.h"
#include "util/try.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <climits>
#include <cstdlib>

namespace larder::compile {
namespace {

constexpr std::string_view kDomain = "larder compiler 1";
constexpr std::uint64_t kMaxRecordBytes = 1 << 20;

// What besides its arguments decides which programs a driver runs and what it tells them.
constexpr std::array kVariables = {"CCC_OVERRIDE_OPTIONS",
                                   "COMPILER_PATH",
                                   "GCC_EXEC_PREFIX",
                                   "LD_LIBRARY_PATH",
                                   "LD_PRELOAD",
                                   "LIBRARY_PATH",
                                   "PATH",
                                   "QA_OVERRIDE_GCC3_OPTIONS"};

/// The name of the record of a query: 32 hex digits.
std::string record_name(const CompilerQuery& query) {
  util::Blake3 hasher;
  hasher.field(kDomain).field(query.path).field(to_string(query.language));
  for (const std::string& argument : query.search_arguments) hasher.field(argument);
  for (const std::string_view tool : query.tools) hasher.field(tool);
  for (const char* name : kVariables) {
    const char* value = std::getenv(name);
    hasher.field(value != nullptr ? value : "").field(std::uint64_t{value != nullptr});
  }
  // A relative path means something else in another directory.
  const bool is_relative = query.path.front() != '/' || !query.search_arguments.empty();
  std::array<char, PATH_MAX> directory = {};
  if (is_relative && ::getcwd(directory.data(), directory.size()) != nullptr) {
    hasher.field(directory.data());
  }
  // For a directory that machines share.
  hasher.field(query.processor);
  return hasher.finish().hex().substr(0, 32);
}

/// What the driver's own warnings begin with: for gcc the name it is called by, for clang the name
/// of what that leads to, unless told otherwise.
std::string name_in_diagnostics(const CompilerQuery& query, CompilerKind kind) {
  const bool is_canonical = kind == CompilerKind::clang &&
                            std::ranges::find(query.search_arguments, "-no-canonical-prefixes") ==
                                query.search_arguments.end();
  std::array<char, PATH_MAX> resolved;
  const bool is_resolved =
      is_canonical && ::realpath(query.path.c_str(), resolved.data()) != nullptr;
  return std::string(base_name(is_resolved ? resolved.data() : query.path));
}

std::optional<CompilerRecord> load_record(const std::string& path) {
  // No record, or one that cannot be read: found out anew.
  const auto bytes = sys::read_file(AT_FDCWD, path, kMaxRecordBytes);
  return bytes ? CompilerRecord::decode(*bytes) : std::nullopt;
}

/// Hashes the files of a compiler and keeps their stamps.
class Identifier {
 public:
  explicit Identifier(FileDigests& digests) : digests_(digests), now_(coarse_now_ns()) {
    hasher_.field(kDomain);
  }

  Result<void> add_file(const std::string& path) {
    if (std::ranges::find(record_.files, path, &CompilerRecord::File::path) !=
        record_.files.end()) {
      return {};
    }
    LARDER_TRY(const auto hashed, digests_.hash(path.c_str()));
    if (!hashed) return fail(ErrorCode::unavailable, "hash " + path + ": no such regular file");
    hasher_.update(hashed->digest.bytes);
    parts_.files.push_back({path, hashed->digest});
    record_.files.push_back({path, hashed->stamp});
    is_settled_ = is_settled_ && hashed->stamp.ctime_ns < now_ && hashed->stamp.mtime_ns < now_ &&
                  is_on_trusted_file_system(path.c_str());
    return {};
  }

  Result<void> add_program(const std::string& path) {
    LARDER_CHECK(add_file(path));
    LARDER_TRY(const auto libraries, list_shared_libraries(path));
    for (const std::string& library : libraries) LARDER_CHECK(add_file(library));
    return {};
  }

  /// What must not be there, of which some may be: then the driver does not look at it.
  void require_absent(std::vector<std::string> places) {
    std::erase_if(places,
                  [](const std::string& place) { return ::access(place.c_str(), F_OK) == 0; });
    auto& absent = record_.compiler.absent;
    absent.insert(absent.end(), places.begin(), places.end());
  }

  /// Where headers are looked for decides which are read, and their paths reach depfiles, debug
  /// information and __FILE__.
  void add_search_path(const SearchPath& path) {
    for (const auto* directories : {&path.quote, &path.plain, &path.duplicates}) {
      for (const std::string& directory : *directories) add_flag("-isystem " + directory);
    }
    require_absent(path.missing);
  }

  void add_flag(const std::string& flag) {
    hasher_.field(flag);
    parts_.flags.push_back(flag);
  }

  CompilerRecord finish(CompilerKind kind) {
    record_.compiler.kind = kind;
    record_.compiler.identity = hasher_.finish();
    return std::move(record_);
  }

  [[nodiscard]] const CompilerParts& parts() const { return parts_; }

  /// Whether the stamps can stand for the content from now on.
  [[nodiscard]] bool is_settled() const { return is_settled_; }

 private:
  FileDigests& digests_;
  std::int64_t now_;
  util::Blake3 hasher_;
  CompilerRecord record_;
  CompilerParts parts_;
  bool is_settled_ = true;
};

}  // namespace

Result<Compiler> identify_compiler(const CompilerQuery& query, const std::string& directory,
                                   FileDigests& digests) {
  const std::string path = directory.empty() ? "" : directory + "/" + record_name(query);
  if (!path.empty()) {
    auto known = load_record(path);
    if (known && known->is_current()) return std::move(known->compiler);
  }
  Identifier identifier(digests);
  LARDER_CHECK(identifier.add_program(query.path));
  LARDER_TRY(const DriverProbe probe, probe_driver(query));
  for (const std::string& program : probe.programs) LARDER_CHECK(identifier.add_program(program));
  for (const std::string_view tool : query.tools) {
    // An option that the probe does not have may bring in another program.
    if (std::ranges::find(probe.programs, tool, base_name) != probe.programs.end()) continue;
    LARDER_TRY(const std::string program, locate_tool(query, tool));
    LARDER_CHECK(identifier.add_program(program));
  }
  for (const std::string& specs : probe.specs) {
    LARDER_CHECK(identifier.add_file(specs));
    identifier.add_flag("--config=" + specs);  // what it names may lie beside it
  }
  for (const std::string& flag : probe.flags) identifier.add_flag(flag);
  identifier.add_flag("-resource-dir=" + probe.resource_directory);
  identifier.add_flag(name_in_diagnostics(query, probe.kind));
  LARDER_TRY(const SearchPath search, find_standard_search_path(query));
  identifier.add_search_path(search);
  identifier.require_absent(places_ahead(query, probe));
  const CompilerRecord record = identifier.finish(probe.kind);
  if (!path.empty() && identifier.is_settled()) {
    // Without a record the next compile finds out again; nothing else is lost.
    (void)sys::replace_file(AT_FDCWD, path, record.encode(), 0600);
  }
  if (!path.empty()) {
    // Without them `larder explain` cannot tell which part has changed.
    (void)remember_parts(directory, record.compiler.identity, identifier.parts());
  }
  return record.compiler;
}

CompilerKind guess_compiler_kind(const std::string& path) {
  if (base_name(path).find("clang") != std::string_view::npos) return CompilerKind::clang;
  if (base_name(path).find("gcc") != std::string_view::npos) return CompilerKind::gcc;
  std::array<char, PATH_MAX> resolved;
  if (::realpath(path.c_str(), resolved.data()) == nullptr) return CompilerKind::gcc;
  return base_name(resolved.data()).find("clang") != std::string_view::npos ? CompilerKind::clang
                                                                            : CompilerKind::gcc;
}

}  // namespace larder::compile
