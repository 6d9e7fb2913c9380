#include "compile/absent_files.h"

#include "compile/candidates.h"
#include "compile/gcc_installation.h"
#include "compile/header_modules.h"
#include "compile/include_search.h"
#include "compile/macro_includes.h"
#include "compile/output_names.h"
#include "compile/plain_path.h"
#include "compile/read_files.h"
#include "compile/read_texts.h"

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace larder::compile {
namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
/// A directory that has changed later may be one that the build itself writes to.
constexpr std::int64_t kQuietNs = 60 * kNanosecondsPerSecond;

using Use = IncludeSpelling::Use;
using Form = IncludeSpelling::Form;

bool is_probe(Use use) { return use == Use::probe || use == Use::probe_next; }

/// A tree of more headers than that, most of which conditions may leave out, is left to the driver.
constexpr std::size_t kMaxAdopted = 3000;

/// Whether the search does not end at the first find, because it may begin behind it.
bool goes_on(Use use) { return use == Use::next || use == Use::probe_next; }

/// What is at a place.
struct Find {
  FileStamp stamp;
  std::optional<std::size_t> number;  ///< Of ReadFiles, if it was read by this path.
};

/// Depfiles garble such names: gcc's a backslash at the end, clang's all of them, and tabs.
bool is_garbled(std::string_view name) {
  return name.find('\\') != std::string_view::npos || name.find('\t') != std::string_view::npos;
}

/// Follows the includes of one compile. Used once.
class AbsentFinder {
 public:
  explicit AbsentFinder(const AbsentQuery& query)
      : query_(query),
        modules_(query.invocation.modules),
        read_(query.files),
        path_(query.search.plain),
        quoted_path_(join(query.search.quote, query.search.plain)),
        missing_(query.search.missing),
        duplicates_(query.search.duplicates),
        candidates_(DirectoryNames(query.facts, query.start_ns - kQuietNs)) {
    files_.reserve(query.files.size());
    for (const ReadFile& file : query.files) files_.push_back(&file);
    read_.explain(plain_path(query.invocation.input));
    for (const std::string& named : query.invocation.named_files) read_.explain(plain_path(named));
    // gcc 14 lists it.
    if (modules_) read_.explain(plain_path(modules_->mapper));
  }

  AbsentFiles run() {
    check_search_path();
    follow_command_line();
    for (std::size_t done = 0; is_sound() && done < files_.size();) {
      for (; done < files_.size(); ++done) follow_file(*files_[done]);  // which may add some
      if (is_sound()) follow_macros();
    }
    require_same_toolchain();
    if (const auto path = read_.find_unexplained(); path && is_sound()) {
      refuse(Verdict::unsuitable, *path + ": not clear what included it");
    }
    if (is_sound()) check_quiet();
    absent_.groups = candidates_.take_groups();
    if (is_sound()) require_no_modules();
    absent_.also_read.assign(also_read_.begin(), also_read_.end());
    return std::move(absent_);
  }

 private:
  using Verdict = AbsentFiles::Verdict;
  using Directory = Candidates::Directory;

  static std::vector<std::string> join(std::vector<std::string> one,
                                       const std::vector<std::string>& other) {
    one.insert(one.end(), other.begin(), other.end());
    return one;
  }

  [[nodiscard]] bool is_sound() const { return absent_.verdict == Verdict::sound; }

  void refuse(Verdict verdict, std::string detail) {
    if (!is_sound()) return;
    absent_.verdict = verdict;
    absent_.detail = std::move(detail);
  }

  /// Whether files are missing in the list.
  [[nodiscard]] bool adopts() const {
    return query_.origin == DependencyList::Origin::user_headers;
  }

  /// clang's header maps and frameworks name headers by other rules than directories.
  void check_search_path() {
    for (const std::string& directory : quoted_path_.paths()) {
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
    follow({.name = "stdc-predef.h",
            .use = Use::probe,
            .wants_precompiled = true,
            .is_optional = true},
           {});
  }

  void follow_file(const ReadFile& file) {
    if (modules_) headers_.insert(plain_path(file.path));
    follow_includes(file, file.scan->includes);
  }

  /// What includes by macro may name, by all files that are known by now.
  void follow_macros() {
    std::vector<MacroSource> sources;
    sources.reserve(files_.size());
    for (const ReadFile* file : files_) sources.push_back({.path = file->path, .scan = file->scan});
    ReadTexts texts(query_, files_);
    auto found = resolve_macro_includes(sources, query_.invocation, texts);
    if (!found) return refuse(Verdict::unsuitable, found.error().message());
    const auto& by_file = by_macro_.emplace_back(*std::move(found));
    for (std::size_t i = 0; i < by_file.size(); ++i) follow_includes(*files_[i], by_file[i]);
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
    const bool is_source = &file == files_.front();
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
  void follow(Search search, std::span<const std::string_view> includers) {
    if (search.name.empty() || !is_sound()) return;
    search.name = made_plain(search.name);
    if (search.name.starts_with('/')) return follow_absolute(search);
    const std::string_view name = file_name(search.name);
    std::vector<Directory*> empty;
    bool ends_there = !includers.empty();
    for (const std::string_view includer : includers) {
      if (!is_followed_.insert({search, includer}).second) continue;
      Directory* const directory = enter(includer, search.name);
      if (directory == nullptr) return;
      std::string path;
      if (const auto found = look(*directory, name, path)) {
        ends_there = note_found(*directory, path, *found, search) && ends_there;
      } else {
        ends_there = false;
        empty.push_back(directory);
      }
    }
    if (ends_there || !follow_search_path(search)) return;
    for (Directory* const directory : empty) require_empty(*directory, name, search);
  }

  void follow_absolute(const Search& search) {
    Directory* const directory = find_directory(directory_of(search.name));
    if (directory == nullptr) return;
    const std::string_view name = file_name(search.name);
    std::string path;
    if (const auto found = look(*directory, name, path)) {
      (void)note_found(*directory, path, *found, search);
    } else if (is_probe(search.use)) {
      require_empty(*directory, name, search);
    }
  }

  /// A name as plain_path() has it. Good as long as this is, like the name.
  std::string_view made_plain(std::string_view name) {
    return is_plain_path(name) ? name : plain_names_.emplace_back(plain_path(name));
  }

  /// follow_directories for the compile's search path, once for each search.
  bool follow_search_path(Search search) {
    search.is_quoted = search.is_quoted && !query_.search.quote.empty();
    const auto [place, is_new] = is_kept_.try_emplace(search);
    if (is_new) place->second = follow_directories(search);
    return place->second;
  }

  /// Goes through directories in order. What is empty before the last find must stay empty; and all
  /// of it, where finding nothing is an answer too. Whether the search may have been made at all:
  /// one that must find something and cannot stands under a condition that did not hold.
  bool follow_directories(const Search& search) {
    SearchDirectories& directories = search.is_quoted ? quoted_path_ : path_;
    const auto places = directories.places(directory_part(search.name));
    const std::string_view name = file_name(search.name);
    std::vector<Directory*> empty;
    empty.reserve(directories.count());
    std::size_t kept = 0;
    bool is_found = false;
    bool is_over = false;
    for (std::size_t i = 0; i < directories.count() && !is_over; ++i) {
      Directory* const directory = enter(directories, places, i, search.name);
      if (directory == nullptr) return false;
      if (const auto found = look(*directory, name, path_here_)) {
        // One that was not read may be under such a condition too; one further on that was read,
        // may be so because of another search.
        is_over = note_found(*directory, path_here_, *found, search);
        if (is_over || !is_found || goes_on(search.use)) kept = empty.size();
        is_found = true;
      } else {
        empty.push_back(directory);
      }
    }
    const bool may_find_nothing = is_probe(search.use) && !is_over;
    if (may_find_nothing) kept = empty.size();
    for (std::size_t i = 0; i < kept; ++i) require_empty(*empty[i], name, search);
    const bool is_kept = is_found || may_find_nothing;
    if (is_kept) {
      require_missing(search);
      watch_duplicates(search);
    }
    return is_kept;
  }

  /// A directory that was left out as another name of one that is searched may come to lead
  /// elsewhere: what is found and not found there must stay so.
  void watch_duplicates(const Search& search) {
    const auto places = duplicates_.places(directory_part(search.name));
    const std::string_view name = file_name(search.name);
    for (std::size_t i = 0; i < duplicates_.count(); ++i) {
      Directory* const directory = enter(duplicates_, places, i, search.name);
      if (directory == nullptr) return;
      if (look(*directory, name, path_here_)) {
        also_read_.insert(path_here_);
      } else {
        require_empty(*directory, name, search);
      }
    }
  }

  /// A directory of the search path that is not there comes first: where it would stand is not
  /// told.
  void require_missing(const Search& search) {
    const auto places = missing_.places(directory_part(search.name));
    const std::string_view name = file_name(search.name);
    for (std::size_t i = 0; i < missing_.count(); ++i) {
      Directory* const directory = enter(missing_, places, i, search.name);
      if (directory == nullptr) return;
      if (!look(*directory, name, path_here_)) require_empty(*directory, name, search);
    }
  }

  /// The directory that a name leads into from the `i`-th of several, whose places for it these
  /// are. Null where it cannot be told, which ends it all.
  Directory* enter(const SearchDirectories& directories, std::span<Directory*> places,
                   std::size_t i, std::string_view name) {
    if (places[i] == nullptr) places[i] = enter(directories.paths()[i], name);
    return places[i];
  }

  Directory* enter(std::string_view directory, std::string_view name) {
    join_path(directory, name, path_here_);
    return find_directory(directory_of(path_here_));
  }

  Directory* find_directory(std::string_view path) {
    auto found = candidates_.find_directory(path);
    if (found) return *found;
    refuse(Verdict::unsuitable, found.error().message());
    return nullptr;
  }

  /// What is at a name in a directory; its path, if anything may be.
  std::optional<Find> look(Directory& directory, std::string_view name, std::string& path) {
    if (!candidates_.may_hold(directory, name)) return std::nullopt;
    join_path(directory.path, name, path);
    if (const auto number = read_.find(path)) return Find{read_.stamp(*number), number};
    return or_refuse(Candidates::look_at(path));
  }

  std::optional<Find> look(const std::string& path) {
    if (const auto number = read_.find(path)) return Find{read_.stamp(*number), number};
    return or_refuse(candidates_.look(path));
  }

  std::optional<Find> or_refuse(const Result<std::optional<FileStamp>>& found) {
    if (!found) refuse(Verdict::unsuitable, found.error().message());
    if (!found || !*found) return std::nullopt;
    return Find{**found, std::nullopt};
  }

  void require_empty(Directory& directory, std::string_view name, const Search& search) {
    candidates_.require_absent(directory, name);
    require_no_precompiled_beside(directory, name, search);
  }

  void require_no_precompiled_beside(const Directory& directory, std::string_view name,
                                     const Search& search) {
    if (!search.wants_precompiled || query_.kind != CompilerKind::gcc) return;
    require_no_precompiled(join_path(directory.path, name) + ".gch");
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
    if (query_.origin == DependencyList::Origin::later_run || adopts()) {
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
  bool note_found(const Directory& directory, const std::string& path, const Find& find,
                  const Search& search) {
    if (is_garbled(search.name)) {
      refuse(Verdict::unsuitable, path + ": a name that no list can show");
    }
    require_no_precompiled_beside(directory, file_name(path), search);
    const FileStamp& stamp = find.stamp;
    note_header(path, find.number.has_value());
    bool is_read = find.number || read_.has_inode(stamp);
    if (!find.number) {
      if (std::max(stamp.ctime_ns, stamp.mtime_ns) >= query_.start_ns) {
        refuse(Verdict::changed, path + " appeared while the compile ran");
      }
      if (is_to_be_adopted(directory, stamp, search)) {
        if (!adopt(path)) return true;
        is_read = true;
      } else if (is_read || is_probe(search.use) || read_.has_alike(stamp)) {
        also_read_.insert(path);
      }
    }
    if (find.number) {
      read_.explain(*find.number);
    } else if (is_read) {
      read_.explain(stamp);
    }
    return (is_read || search.use == Use::probe) && !goes_on(search.use);
  }

  /// Whether a find that is not in the list may have been read. By another name, only where that
  /// lies in another directory, from which its own includes lead elsewhere.
  bool is_to_be_adopted(const Directory& directory, const FileStamp& stamp, const Search& search) {
    if (!adopts() || (is_probe(search.use) && !search.is_optional)) return false;
    if (!read_.has_inode(stamp)) return true;
    return std::ranges::none_of(read_.directories_of(stamp), [&](std::string_view known) {
      const Directory* const other = find_directory(known);
      return other != nullptr && is_same(*other, directory);
    });
  }

  static bool is_same(const Directory& one, const Directory& other) {
    return one.stamp.inode == other.stamp.inode && one.stamp.device == other.stamp.device;
  }

  /// Takes a file that is not in the list for one that was read, by this path.
  bool adopt(const std::string& path) {
    auto file = query_.adopt(path);
    if (!file || adopted_.size() == kMaxAdopted) {
      refuse(Verdict::unsuitable, path + ": a header of the system that may have been read");
      return false;
    }
    const ReadFile& adopted = adopted_.emplace_back(*file);
    files_.push_back(&adopted);
    read_.add(adopted);
    return true;
  }

  /// A newer GCC than the one whose C++ headers clang takes must not appear.
  void require_same_toolchain() {
    if (query_.kind != CompilerKind::clang) return;
    for (const std::string& path : signs_of_newer_gcc(query_.search.plain)) {
      if (!look(path)) candidates_.require_absent(path);
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
    return std::ranges::any_of(query_.search.plain, [&](const std::string& system) {
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
  std::vector<const ReadFile*> files_;  // The list's, the source first, and those adopted.
  std::deque<ReadFile> adopted_;
  ReadFiles read_;
  std::string path_here_;                // What is looked at.
  std::deque<std::string> plain_names_;  // Names that had to be made plain.
  SearchDirectories path_;               // For <name>,
  SearchDirectories quoted_path_;        // and for "name", behind the includer's directory.
  SearchDirectories missing_;
  SearchDirectories duplicates_;
  AbsentFiles absent_;
  Candidates candidates_;
  std::deque<std::vector<std::vector<IncludeSpelling>>> by_macro_;  // Each round's, by file.
  std::unordered_set<SearchFrom, SearchHash> is_followed_;          // From an includer's directory.
  std::unordered_map<Search, bool, SearchHash> is_kept_;            // Through the search path.
  std::set<std::string> also_read_;
  std::set<std::string> headers_;  // Whatever may be called a header, if modules are on.
};

}  // namespace

AbsentFiles find_absent_files(const AbsentQuery& query) {
  if (!is_preprocessed_by_compiler(query.invocation.language)) return {};
  return AbsentFinder(query).run();
}

}  // namespace larder::compile
