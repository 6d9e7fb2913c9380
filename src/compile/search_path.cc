#include "compile/search_path.h"

#include "compile/plain_path.h"
#include "sys/environment.h"
#include "sys/file.h"
#include "sys/process.h"
#include "util/bytes.h"
#include "util/try.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include <cstdlib>

namespace larder::compile {
namespace {

constexpr std::string_view kDomain = "larder search path 2";
constexpr std::uint64_t kMaxRecordBytes = 1 << 20;

constexpr std::array kVariables = {"COMPILER_PATH",    "CPATH",           "CPLUS_INCLUDE_PATH",
                                   "C_INCLUDE_PATH",   "GCC_EXEC_PREFIX", "OBJCPLUS_INCLUDE_PATH",
                                   "OBJC_INCLUDE_PATH"};

/// Those of them that hold directories to search.
constexpr std::array kPathVariables = {"CPATH", "CPLUS_INCLUDE_PATH", "C_INCLUDE_PATH"};

std::string_view option_of(SearchDirectory::Chain chain) {
  switch (chain) {
    case SearchDirectory::Chain::quote:
      return "-iquote";
    case SearchDirectory::Chain::plain:
      return "-I";
    case SearchDirectory::Chain::system:
      return "-isystem";
    case SearchDirectory::Chain::after:
      break;
  }
  return "-idirafter";
}

/// Lets the driver tell it, for an empty source.
void ask_for_search_path(std::vector<std::string>& arguments, Language language) {
  for (const char* word : {"-E", "-v", "-o", "/dev/null", "-x"}) arguments.emplace_back(word);
  // Assembly that is preprocessed looks where C does; preprocessed sources look nowhere.
  arguments.emplace_back(to_string(language));
  arguments.emplace_back("/dev/null");
}

std::vector<std::string> probe_arguments(const SearchQuery& query) {
  const PreprocessorView& view = query.invocation.preprocessor;
  std::vector<std::string> arguments = {query.path};
  arguments.insert(arguments.end(), view.search_arguments.begin(), view.search_arguments.end());
  for (const SearchDirectory& directory : view.directories) {
    arguments.emplace_back(option_of(directory.chain));
    arguments.push_back(directory.path);
  }
  ask_for_search_path(arguments, query.invocation.language);
  return arguments;
}

/// Whether the working directory may decide what the search path is.
bool is_relative(const SearchQuery& query) {
  const PreprocessorView& view = query.invocation.preprocessor;
  const auto is_relative_path = [](std::string_view path) { return !path.starts_with('/'); };
  if (std::ranges::any_of(view.directories, is_relative_path, &SearchDirectory::path)) return true;
  // Options of one word with neither a path nor a separate value, such as -m32 and -std=c++20.
  const bool is_plain = std::ranges::all_of(view.search_arguments, [](std::string_view argument) {
    return argument.starts_with("-m") || argument.starts_with("-std=") ||
           argument.starts_with("-nostdinc");
  });
  return !is_plain || std::ranges::any_of(kVariables, [](const char* name) {
    return std::getenv(name) != nullptr;
  });
}

/// The name of the record: 32 hex digits.
std::string record_name(const SearchQuery& query, const std::vector<std::string>& arguments) {
  util::Blake3 hasher;
  hasher.field(kDomain).update(query.compiler.identity.bytes);
  for (const std::string& argument : arguments) hasher.field(argument);
  for (const char* name : kVariables) {
    const char* value = std::getenv(name);
    hasher.field(value != nullptr ? value : "").field(std::uint64_t{value != nullptr});
  }
  if (is_relative(query)) hasher.field(query.directory);
  return hasher.finish().hex().substr(0, 32);
}

using Inode = std::pair<dev_t, ino_t>;

std::optional<Inode> directory_inode(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return std::nullopt;
  return Inode(status.st_dev, status.st_ino);
}

bool is_current(const SearchPath& path) {
  std::set<Inode> searched;
  for (const auto* directories : {&path.quote, &path.plain}) {
    for (const std::string& directory : *directories) {
      const auto inode = directory_inode(directory);
      if (!inode) return false;
      searched.insert(*inode);
    }
  }
  const auto is_searched = [&](const std::string& directory) {
    const auto inode = directory_inode(directory);
    return inode && searched.contains(*inode);
  };
  const auto is_directory = [](const std::string& directory) {
    return directory_inode(directory).has_value();
  };
  return std::ranges::all_of(path.duplicates, is_searched) &&
         std::ranges::none_of(path.missing, is_directory);
}

bool is_listed(const SearchPath& path, const std::string& directory) {
  return std::ranges::find(path.quote, directory) != path.quote.end() ||
         std::ranges::find(path.plain, directory) != path.plain.end();
}

/// The directories that the user has named, in options and in variables.
std::vector<std::string> named_directories(const SearchQuery& query) {
  std::vector<std::string> names;
  for (const SearchDirectory& directory : query.invocation.preprocessor.directories) {
    names.push_back(directory.path);
  }
  for (const char* variable : kPathVariables) {
    const char* value = std::getenv(variable);
    std::string_view rest = value != nullptr ? value : "";
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(':'), rest.size());
      names.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return names;
}

/// Leaves out the missing directories without which the compiler is another one: nothing that is
/// known of it holds once they are there.
void forget_what_compiler_lacks(SearchPath& path, const Compiler& compiler) {
  std::erase_if(path.missing, [&](const std::string& directory) {
    return std::ranges::count(compiler.absent, directory) > 0;
  });
}

/// Sees to the directories that were left out and not told of, or told of by another name: clang
/// names the one that it keeps.
void add_left_out(SearchPath& path, const SearchQuery& query) {
  std::set<std::string> known;
  for (const auto* directories : {&path.quote, &path.plain, &path.missing, &path.duplicates}) {
    for (const std::string& directory : *directories) known.insert(plain_path(directory));
  }
  for (std::string& directory : named_directories(query)) {
    if (!known.insert(plain_path(directory)).second) continue;
    auto& kind = directory_inode(directory) ? path.duplicates : path.missing;
    kind.push_back(std::move(directory));
  }
}

// A record is what parse_search_path reads, so that there is one reader; doc/format/state.md.

constexpr std::string_view kQuoteMark = "#include \"...\" search starts here:";
constexpr std::string_view kPlainMark = "#include <...> search starts here:";
constexpr std::string_view kEndMark = "End of search list.";
constexpr std::string_view kMissingMark = "ignoring nonexistent directory \"";
constexpr std::string_view kDuplicateMark = "ignoring duplicate directory \"";

/// What stands between the mark and the quote that ends the line.
std::optional<std::string> quoted_behind(std::string_view mark, std::string_view line) {
  if (!line.starts_with(mark) || !line.ends_with('"')) return std::nullopt;
  return std::string(line.substr(mark.size(), line.size() - mark.size() - 1));
}

std::string encode(const SearchPath& path) {
  std::string text;
  const auto add_line = [&](std::string_view line) { text.append(line).push_back('\n'); };
  for (const std::string& directory : path.missing) {
    add_line(std::string(kMissingMark) + directory + "\"");
  }
  for (const std::string& directory : path.duplicates) {
    add_line(std::string(kDuplicateMark) + directory + "\"");
  }
  add_line(kQuoteMark);
  for (const std::string& directory : path.quote) add_line(" " + directory);
  add_line(kPlainMark);
  for (const std::string& directory : path.plain) add_line(" " + directory);
  add_line(kEndMark);
  return text;
}

std::optional<SearchPath> load_record(const std::string& path) {
  // No record, or one that cannot be read: asked anew.
  const auto bytes = sys::read_file(AT_FDCWD, path, kMaxRecordBytes);
  if (!bytes) return std::nullopt;
  auto parsed = parse_search_path(util::as_text(*bytes));
  if (!parsed) return std::nullopt;
  return *std::move(parsed);
}

Result<SearchPath> probe(const std::string& driver, std::vector<std::string> arguments,
                         std::vector<std::string> variables) {
  variables.emplace_back("LC_ALL=C");
  LARDER_TRY(const auto ran,
             sys::run_and_capture({.program = driver,
                                   .arguments = std::move(arguments),
                                   .environment = sys::environment_with(variables)}));
  if (!ran.status.is_success()) {
    return fail(ErrorCode::unavailable, "ask " + driver + " where it looks for headers");
  }
  return parse_search_path(ran.err.bytes);
}

/// With all that is missing.
Result<SearchPath> find_whole_search_path(const SearchQuery& query, const std::string& records) {
  std::vector<std::string> arguments = probe_arguments(query);
  const std::string record =
      records.empty() ? std::string() : records + "/" + record_name(query, arguments);
  if (!record.empty()) {
    auto known = load_record(record);
    if (known && is_current(*known)) return *std::move(known);
  }
  LARDER_TRY(SearchPath path, probe(query.path, std::move(arguments), {}));
  add_left_out(path, query);
  // A name with a newline would be read back as two: such a path is asked for each time.
  const std::string text = encode(path);
  const auto read_back = parse_search_path(text);
  if (!record.empty() && read_back && *read_back == path) {
    (void)sys::replace_file(AT_FDCWD, record, util::as_bytes(text), 0600);  // else asked anew
  }
  return path;
}

}  // namespace

Result<SearchPath> parse_search_path(std::string_view text) {
  SearchPath path;
  std::vector<std::string>* section = nullptr;
  std::vector<std::string> duplicates;
  bool is_complete = false;
  while (!text.empty() && !is_complete) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line == kQuoteMark) {
      section = &path.quote;
    } else if (line == kPlainMark) {
      section = &path.plain;
    } else if (line == kEndMark) {
      is_complete = true;
    } else if (auto missing = quoted_behind(kMissingMark, line)) {
      path.missing.push_back(*std::move(missing));
    } else if (auto duplicate = quoted_behind(kDuplicateMark, line)) {
      duplicates.push_back(*std::move(duplicate));
    } else if (section != nullptr && line.starts_with(' ')) {
      section->emplace_back(line.substr(1));
    }
  }
  if (!is_complete) return fail(ErrorCode::corrupt, "read a search path: there is none");
  // One that is searched by that very name is no other name.
  for (std::string& duplicate : duplicates) {
    if (!is_listed(path, duplicate)) path.duplicates.push_back(std::move(duplicate));
  }
  return path;
}

Result<SearchPath> find_standard_search_path(const CompilerQuery& query) {
  if (!is_preprocessed_by_compiler(query.language)) return SearchPath();
  std::vector<std::string> arguments = {query.path};
  arguments.insert(arguments.end(), query.search_arguments.begin(), query.search_arguments.end());
  ask_for_search_path(arguments, query.language);
  // An empty variable names no directory.
  std::vector<std::string> variables;
  variables.reserve(kPathVariables.size());
  for (const char* name : kPathVariables) variables.push_back(std::string(name) + "=");
  return probe(query.path, std::move(arguments), std::move(variables));
}

Result<SearchPath> find_search_path(const SearchQuery& query, const std::string& records) {
  LARDER_TRY(SearchPath path, find_whole_search_path(query, records));
  forget_what_compiler_lacks(path, query.compiler);
  return path;
}

}  // namespace larder::compile
