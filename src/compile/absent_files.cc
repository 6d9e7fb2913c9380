#include "compile/absent_files.h"

#include "compile/candidates.h"
#include "compile/header_modules.h"
#include "compile/macro_includes.h"
#include "sys/file.h"
#include "util/bytes.h"
#include "util/try.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <charconv>

namespace larder::compile {
namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
/// A directory that has changed later may be one that the build itself writes to.
constexpr std::int64_t kQuietNs = 60 * kNanosecondsPerSecond;

using Use = IncludeSpelling::Use;
using Form = IncludeSpelling::Form;

bool is_probe(Use use) { return use == Use::probe || use == Use::probe_next; }

/// Whether the search does not end at the first find, because it may begin behind it.
bool goes_on(Use use) { return use == Use::next || use == Use::probe_next; }

/// What an include looks for.
struct Search {
  std::string_view name;
  Use use = Use::include;
  bool is_quoted = false;
  bool wants_precompiled = false;  ///< A precompiled form of it may be read instead.

  friend bool operator==(const Search&, const Search&) = default;
};

/// A search, from an includer's directory if that matters.
struct SearchFrom {
  Search search;
  std::string_view directory;

  friend bool operator==(const SearchFrom&, const SearchFrom&) = default;
};

struct SearchHash {
  std::size_t operator()(const Search& search) const noexcept {
    const auto kind = static_cast<std::size_t>(search.use) * 4 + std::size_t{search.is_quoted} * 2 +
                      std::size_t{search.wants_precompiled};
    return std::hash<std::string_view>()(search.name) + kind;
  }
  std::size_t operator()(const SearchFrom& from) const noexcept {
    return (*this)(from.search) * 31 + std::hash<std::string_view>()(from.directory);
  }
};

/// What the compilers take for the same file: gcc by size, time and content, clang by inode.
std::pair<std::uint64_t, std::int64_t> likeness_of(const FileStamp& stamp) {
  return {stamp.size, stamp.mtime_ns / kNanosecondsPerSecond};
}

using Inode = std::pair<std::uint64_t, std::uint64_t>;

Inode inode_of(const FileStamp& stamp) { return {stamp.device, stamp.inode}; }

struct PairHash {
  template <typename A, typename B>
  std::size_t operator()(const std::pair<A, B>& pair) const noexcept {
    return static_cast<std::size_t>(pair.first) * 0x9E37'79B9'7F4A'7C15U +
           static_cast<std::size_t>(pair.second);
  }
};

/// The files that were read, by what a search may find of them.
class ReadFiles {
 public:
  explicit ReadFiles(std::span<const ReadFile> files) {
    files_.reserve(files.size());  // Views of their paths are kept.
    by_path_.reserve(files.size());
    by_inode_.reserve(files.size());
    likenesses_.reserve(files.size());
    for (const ReadFile& file : files) {
      File& added = files_.emplace_back();
      added.path = plain_path(file.path);
      added.stamp = file.stamp;
      likenesses_.insert(likeness_of(file.stamp));
      by_path_.emplace(added.path, files_.size() - 1);
      // The files of an inode are a chain, the last one first.
      const auto [last, is_new] = by_inode_.try_emplace(inode_of(file.stamp), files_.size() - 1);
      if (!is_new) added.next = std::exchange(last->second, files_.size() - 1);
    }
  }

  /// The directories in which a compiler may take this file to lie: clang goes by any of the names
  /// that it knows a file by.
  [[nodiscard]] std::vector<std::string_view> directories_of(const FileStamp& stamp) const {
    std::vector<std::string_view> directories;
    for_each_name(stamp, [&](const File& file) { directories.push_back(directory_of(file.path)); });
    std::ranges::sort(directories);
    directories.erase(std::unique(directories.begin(), directories.end()), directories.end());
    return directories;
  }

  /// What was read by this path.
  [[nodiscard]] std::optional<FileStamp> find(std::string_view path) const {
    const auto found = by_path_.find(path);
    if (found == by_path_.end()) return std::nullopt;
    return files_[found->second].stamp;
  }

  /// Whether it was read by another name: gcc shortens those of system headers.
  [[nodiscard]] bool has_inode(const FileStamp& stamp) const {
    return by_inode_.contains(inode_of(stamp));
  }

  /// Whether a file may have been skipped as a copy of one that was read.
  [[nodiscard]] bool has_alike(const FileStamp& stamp) const {
    return likenesses_.contains(likeness_of(stamp));
  }

  /// Does nothing for a path that was not read.
  void explain(std::string_view path) {
    const auto found = by_path_.find(path);
    if (found != by_path_.end()) files_[found->second].is_explained = true;
  }
  void explain(const FileStamp& stamp) {
    for_each_name(stamp, [this](const File& file) { explain(file.path); });
  }

  [[nodiscard]] std::optional<std::string> find_unexplained() const {
    for (const File& file : files_) {
      // Listed by clang for -fsanitize, and no header.
      if (!file.is_explained && !file.path.ends_with("_ignorelist.txt")) return file.path;
    }
    return std::nullopt;
  }

 private:
  static constexpr std::size_t kNone = SIZE_MAX;

  struct File {
    std::string path;  // plain
    FileStamp stamp;
    std::size_t next = kNone;  // another one of the same inode
    bool is_explained = false;
  };

  template <typename See>
  void for_each_name(const FileStamp& stamp, const See& see) const {
    for (std::size_t at = by_inode_.at(inode_of(stamp)); at != kNone; at = files_[at].next) {
      see(files_[at]);
    }
  }

  std::vector<File> files_;
  std::unordered_map<std::string_view, std::size_t> by_path_;
  std::unordered_map<Inode, std::size_t, PairHash> by_inode_;
  std::unordered_set<std::pair<std::uint64_t, std::int64_t>, PairHash> likenesses_;
};

/// The text of a file that is still what it was when it was scanned.
Result<std::string> read_again(const ReadFile& file) {
  LARDER_TRY(const auto fd, sys::open_at(AT_FDCWD, file.path, O_RDONLY));
  LARDER_TRY(const struct stat status, sys::stat_fd(fd.get()));
  if (FileStamp::of(status) != file.stamp) {
    return fail(ErrorCode::unavailable, "read " + file.path + " again: it has changed");
  }
  util::ByteBuffer bytes(file.stamp.size);
  LARDER_CHECK(sys::read_exactly_at(fd.get(), bytes, 0));
  return std::string(util::as_text(bytes));
}

/// Follows the includes of one compile. Used once.
class AbsentFinder {
 public:
  explicit AbsentFinder(const AbsentQuery& query)
      : query_(query),
        modules_(query.invocation.modules),
        read_(query.files),
        path_(query.search.plain),
        quoted_path_(query.search.quote),
        candidates_(DirectoryNames(query.facts, query.start_ns - kQuietNs)) {
    quoted_path_.insert(quoted_path_.end(), path_.begin(), path_.end());
    read_.explain(plain_path(query.invocation.input));
    for (const std::string& named : query.invocation.named_files) read_.explain(plain_path(named));
    // gcc 14 lists it.
    if (modules_) read_.explain(plain_path(modules_->mapper));
  }

  AbsentFiles run() {
    check_search_path();
    follow_command_line();
    for (const ReadFile& file : query_.files) follow_file(file);
    if (is_sound()) follow_macros();
    require_same_toolchain();
    if (const auto path = read_.find_unexplained(); path && is_sound()) {
      refuse(Verdict::unsuitable, *path + ": not clear what included it");
    }
    if (is_sound()) check_quiet();
    absent_.groups = candidates_.groups();
    if (is_sound()) require_no_modules();
    absent_.also_read.assign(also_read_.begin(), also_read_.end());
    return std::move(absent_);
  }

 private:
  using Verdict = AbsentFiles::Verdict;

  [[nodiscard]] bool is_sound() const { return absent_.verdict == Verdict::sound; }

  void refuse(Verdict verdict, std::string detail) {
    if (!is_sound()) return;
    absent_.verdict = verdict;
    absent_.detail = std::move(detail);
  }

  /// clang's header maps and frameworks name headers by other rules than directories.
  void check_search_path() {
    for (const std::string& directory : quoted_path_) {
      if (directory.ends_with(" (headermap)") || directory.ends_with(" (framework directory)")) {
        refuse(Verdict::unsuitable, directory + ": in the search path");
      }
    }
  }

  /// What is read before the source, as if the working directory included it.
  void follow_command_line() {
    const bool is_gcc = query_.kind == CompilerKind::gcc;
    for (const ForcedInclude& forced : query_.invocation.preprocessor.forced_includes) {
      follow({.name = forced.file, .is_quoted = true, .wants_precompiled = true}, kHere);
      if (is_gcc) continue;
      for (const char* suffix : {".pch", ".gch"}) require_no_precompiled(forced.file + suffix);
    }
    if (!is_gcc) return;
    // Included by gcc itself before all else, if there is one.
    follow({.name = "stdc-predef.h", .use = Use::probe, .wants_precompiled = true}, {});
  }

  void follow_file(const ReadFile& file) {
    if (modules_) headers_.insert(plain_path(file.path));
    follow_includes(file, file.scan->includes);
  }

  /// What includes by macro may name.
  void follow_macros() {
    std::vector<MacroSource> sources;
    sources.reserve(query_.files.size());
    for (const ReadFile& file : query_.files) {
      sources.push_back({.path = file.path, .scan = file.scan});
    }
    auto found = resolve_macro_includes(sources, query_.invocation, [this](std::size_t number) {
      return read_again(query_.files[number]);
    });
    if (!found) return refuse(Verdict::unsuitable, found.error().message());
    by_macro_ = *std::move(found);
    for (std::size_t i = 0; i < sources.size(); ++i) {
      follow_includes(query_.files[i], by_macro_[i]);
    }
  }

  void follow_includes(const ReadFile& file, std::span<const IncludeSpelling> includes) {
    if (includes.empty()) return;
    const auto directories = read_.directories_of(file.stamp);
    for (const IncludeSpelling& include : includes) {
      if (include.form != Form::computed) follow_include(file, include, directories);
    }
  }

  void follow_include(const ReadFile& file, const IncludeSpelling& include,
                      std::span<const std::string_view> directories) {
    const bool is_source = &file == query_.files.data();
    const bool is_quoted = include.form == Form::quote;
    // gcc looks for a precompiled form of the first include only. Which of the source's that is,
    // depends on conditions.
    follow({.name = include.name,
            .use = include.use,
            .is_quoted = is_quoted,
            .wants_precompiled = is_source && include.use == Use::include},
           is_quoted ? directories : std::span<const std::string_view>());
  }

  /// One include, from a file that lies in these directories if it is a quoted one.
  void follow(const Search& search, std::span<const std::string_view> includers) {
    if (search.name.empty() || !is_sound()) return;
    if (search.name.starts_with('/')) {
      (void)follow_path(search, {std::string()});
      return;
    }
    std::vector<std::string> empty;
    bool ends_there = !includers.empty();
    for (const std::string_view directory : includers) {
      if (!is_followed_.insert({search, directory}).second) continue;
      std::string path = join_path(directory, search.name);
      if (const auto found = look(path)) {
        ends_there = note_found(path, *found, search) && ends_there;
      } else {
        ends_there = false;
        empty.push_back(std::move(path));
      }
    }
    if (ends_there || !follow_search_path(search)) return;
    for (const std::string& path : empty) require_empty(path, search);
  }

  /// follow_path for the compile's search path, once for each search.
  bool follow_search_path(Search search) {
    search.is_quoted = search.is_quoted && !query_.search.quote.empty();
    const auto [place, is_new] = is_kept_.try_emplace(search);
    if (is_new) place->second = follow_path(search, search.is_quoted ? quoted_path_ : path_);
    return place->second;
  }

  /// Goes through directories in order. What is empty before the last find must stay empty; and all
  /// of it, where finding nothing is an answer too. Whether the search may have been made at all:
  /// one that must find something and cannot stands under a condition that did not hold.
  bool follow_path(const Search& search, const std::vector<std::string>& directories) {
    std::vector<std::string_view> empty;  // Directories.
    std::size_t kept = 0;
    bool is_found = false;
    bool is_over = false;
    for (std::size_t i = 0; i < directories.size() && !is_over; ++i) {
      join_path(directories[i], search.name, path_here_);
      if (const auto found = look(path_here_)) {
        // One that was not read may be under such a condition too; one further on that was read,
        // may be so because of another search.
        is_over = note_found(path_here_, *found, search);
        if (is_over || !is_found || goes_on(search.use)) kept = empty.size();
        is_found = true;
      } else {
        empty.push_back(directories[i]);
      }
    }
    const bool may_find_nothing = is_probe(search.use) && !is_over;
    if (may_find_nothing) kept = empty.size();
    for (std::size_t i = 0; i < kept; ++i) {
      join_path(empty[i], search.name, path_here_);
      require_empty(path_here_, search);
    }
    const bool is_kept = is_found || may_find_nothing;
    if (is_kept && !search.name.starts_with('/')) {
      require_missing(search);
      watch_duplicates(search);
    }
    return is_kept;
  }

  /// A directory that was left out as another name of one that is searched may come to lead
  /// elsewhere: what is found and not found there must stay so.
  void watch_duplicates(const Search& search) {
    for (const std::string& directory : query_.search.duplicates) {
      const std::string path = join_path(directory, search.name);
      if (const auto found = look(path)) {
        also_read_.insert(path);
      } else {
        require_empty(path, search);
      }
    }
  }

  /// A directory of the search path that is not there comes first: where it would stand is not
  /// told.
  void require_missing(const Search& search) {
    for (const std::string& directory : query_.search.missing) {
      const std::string path = join_path(directory, search.name);
      if (!look(path)) require_empty(path, search);
    }
  }

  std::optional<FileStamp> look(const std::string& path) {
    if (const auto read = read_.find(path)) return read;
    auto found = candidates_.look(path);
    if (found) return *found;
    refuse(Verdict::unsuitable, found.error().message());
    return std::nullopt;
  }

  void require_empty(const std::string& path, const Search& search) {
    candidates_.require_absent(path);
    require_no_precompiled_beside(path, search);
  }

  void require_no_precompiled_beside(const std::string& path, const Search& search) {
    if (search.wants_precompiled && query_.kind == CompilerKind::gcc) {
      require_no_precompiled(path + ".gch");
    }
  }

  void require_no_precompiled(const std::string& name) {
    const std::string path = plain_path(name);
    if (look(path)) {
      return refuse(Verdict::unsuitable, path + ": a precompiled header");
    }
    if (is_sound()) candidates_.require_absent(path);
  }

  /// gcc may call a header by its real path. A list tells which, of those that were read.
  void note_header(const std::string& path, bool is_listed) {
    if (!modules_) return;
    headers_.insert(path);
    const auto real = is_listed ? std::nullopt : real_path(path);
    if (real) headers_.insert(*real);
  }

  /// gcc with modules imports the compiled form of a header instead, if there is one. The compile's
  /// own list shows that, no later one.
  void require_no_modules() {
    if (!modules_) return;
    if (query_.origin == DependencyList::Origin::later_run) {
      return refuse(Verdict::unsuitable, "not clear what was imported");
    }
    HeaderModules modules(modules_->directory);
    for (const std::string& header : headers_) {
      // The name would mean something else in a manifest, or there is one.
      if (!header.starts_with('<') && !modules.may_have(header)) continue;
      return refuse(Verdict::unsuitable, header + ": may be imported as a compiled module");
    }
    absent_.groups.push_back({.directory = marked_module_directory(modules_->directory),
                              .names = {headers_.begin(), headers_.end()}});
    std::ranges::sort(absent_.groups);
  }

  /// Sees to a find; whether the search ends with it.
  bool note_found(const std::string& path, const FileStamp& stamp, const Search& search) {
    // Depfiles garble such names: gcc's a backslash at the end, clang's all of them, and tabs.
    if (search.name.find_first_of("\\\t") != std::string_view::npos) {
      refuse(Verdict::unsuitable, path + ": a name that no list can show");
    }
    require_no_precompiled_beside(path, search);
    const bool has_path = read_.find(path).has_value();
    note_header(path, has_path);
    const bool is_read = has_path || read_.has_inode(stamp);
    if (!has_path) {
      if (std::max(stamp.ctime_ns, stamp.mtime_ns) >= query_.start_ns) {
        refuse(Verdict::changed, path + " appeared while the compile ran");
      }
      if (is_read || is_probe(search.use) || read_.has_alike(stamp)) also_read_.insert(path);
    }
    if (is_read) has_path ? read_.explain(path) : read_.explain(stamp);
    return (is_read || search.use == Use::probe) && !goes_on(search.use);
  }

  /// clang looks for the newest GCC that is installed and takes its C++ headers: a newer one than
  /// the one whose directory is in the search path must not appear.
  void require_same_toolchain() {
    if (query_.kind != CompilerKind::clang) return;
    for (const std::string& directory : path_) {
      const std::size_t gcc = directory.find("/lib/gcc/");
      if (gcc == std::string::npos) continue;
      const std::size_t triple = gcc + std::string_view("/lib/gcc/").size();
      const std::size_t version = directory.find('/', triple);
      if (version == std::string::npos) return;
      int major = 0;
      const char* const text = directory.c_str();
      (void)std::from_chars(text + version + 1, text + directory.size(), major);
      return require_no_newer_gcc(directory.substr(0, version), major);
    }
  }

  void require_no_newer_gcc(const std::string& installations, int major) {
    constexpr int kMajorsAhead = 8;
    for (int newer = major; newer <= major + kMajorsAhead; ++newer) {
      for (const char* minor : {"", ".1", ".2", ".3", ".4", ".5", ".1.0", ".1.1", ".2.0", ".2.1",
                                ".3.0", ".3.1", ".4.0", ".5.0"}) {
        const std::string path =
            join_path(installations, std::to_string(newer) + minor + "/crtbegin.o");
        if (!look(path)) candidates_.require_absent(path);
      }
    }
  }

  /// A list that was gathered later cannot show a header that went meanwhile, but the directory
  /// does. Where the compile has listed its users' headers, those of system directories remain.
  void check_quiet() {
    if (query_.origin == DependencyList::Origin::compile) return;
    const bool is_any = query_.origin == DependencyList::Origin::later_run;
    for (const std::string& changed : candidates_.changed_since(query_.start_ns)) {
      if (!is_any && !is_in_system_directory(changed)) continue;
      return refuse(Verdict::changed, changed + " changed while the compile ran");
    }
  }

  [[nodiscard]] bool is_in_system_directory(const std::string& directory) const {
    const auto& own = query_.invocation.preprocessor.directories;
    return std::ranges::any_of(path_, [&](const std::string& system) {
      const std::string plain = plain_path(system);
      const bool is_own = std::ranges::any_of(own, [&](const SearchDirectory& given) {
        return given.chain == SearchDirectory::Chain::plain && plain_path(given.path) == plain;
      });
      return !is_own && (directory == plain || directory.starts_with(plain + "/"));
    });
  }

  static constexpr std::array<std::string_view, 1> kHere = {"."};

  const AbsentQuery& query_;
  const std::optional<ModuleSearch>& modules_;
  ReadFiles read_;
  std::string path_here_;                 // What is looked at.
  std::vector<std::string> path_;         // For <name>,
  std::vector<std::string> quoted_path_;  // and for "name", behind the includer's directory.
  AbsentFiles absent_;
  Candidates candidates_;
  std::vector<std::vector<IncludeSpelling>> by_macro_;      // What is named so, by file.
  std::unordered_set<SearchFrom, SearchHash> is_followed_;  // From an includer's directory.
  std::unordered_map<Search, bool, SearchHash> is_kept_;    // Through the search path.
  std::set<std::string> also_read_;
  std::set<std::string> headers_;  // Whatever may be called a header, if modules are on.
};

}  // namespace

AbsentFiles find_absent_files(const AbsentQuery& query) {
  if (!is_preprocessed_by_compiler(query.invocation.language)) return {};
  return AbsentFinder(query).run();
}

}  // namespace larder::compile
