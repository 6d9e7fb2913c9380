#include "compile/search_path.h"

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

#include <cstdlib>

namespace larder::compile {
namespace {

constexpr std::string_view kDomain = "larder search path 1";
constexpr std::uint64_t kMaxRecordBytes = 1 << 20;

constexpr std::array kVariables = {"COMPILER_PATH",    "CPATH",           "CPLUS_INCLUDE_PATH",
                                   "C_INCLUDE_PATH",   "GCC_EXEC_PREFIX", "OBJCPLUS_INCLUDE_PATH",
                                   "OBJC_INCLUDE_PATH"};

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

std::vector<std::string> probe_arguments(const SearchQuery& query) {
  const PreprocessorView& view = query.invocation.preprocessor;
  std::vector<std::string> arguments = {query.path};
  arguments.insert(arguments.end(), view.search_arguments.begin(), view.search_arguments.end());
  for (const SearchDirectory& directory : view.directories) {
    arguments.emplace_back(option_of(directory.chain));
    arguments.push_back(directory.path);
  }
  for (const char* word : {"-E", "-v", "-o", "/dev/null", "-x"}) arguments.emplace_back(word);
  // Assembly that is preprocessed looks where C does; preprocessed sources look nowhere.
  arguments.emplace_back(to_string(query.invocation.language));
  arguments.emplace_back("/dev/null");
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

bool is_directory(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

bool is_current(const SearchPath& path) {
  return std::ranges::all_of(path.quote, is_directory) &&
         std::ranges::all_of(path.plain, is_directory) &&
         std::ranges::none_of(path.missing, is_directory);
}

// A record is what parse_search_path reads, so that there is one reader; doc/format/state.md.

constexpr std::string_view kQuoteMark = "#include \"...\" search starts here:";
constexpr std::string_view kPlainMark = "#include <...> search starts here:";
constexpr std::string_view kEndMark = "End of search list.";
constexpr std::string_view kMissingMark = "ignoring nonexistent directory \"";

std::string encode(const SearchPath& path) {
  std::string text;
  const auto add_line = [&](std::string_view line) { text.append(line).push_back('\n'); };
  for (const std::string& directory : path.missing) {
    add_line(std::string(kMissingMark) + directory + "\"");
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

Result<SearchPath> probe(const SearchQuery& query, std::vector<std::string> arguments) {
  LARDER_TRY(const auto ran,
             sys::run_and_capture({.program = query.path,
                                   .arguments = std::move(arguments),
                                   .environment = sys::environment_with({"LC_ALL=C"})}));
  if (!ran.status.is_success()) {
    return fail(ErrorCode::unavailable, "ask " + query.path + " where it looks for headers");
  }
  return parse_search_path(ran.err.bytes);
}

}  // namespace

Result<SearchPath> parse_search_path(std::string_view text) {
  SearchPath path;
  std::vector<std::string>* section = nullptr;
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
    } else if (line.starts_with(kMissingMark) && line.ends_with('"')) {
      path.missing.emplace_back(
          line.substr(kMissingMark.size(), line.size() - kMissingMark.size() - 1));
    } else if (section != nullptr && line.starts_with(' ')) {
      section->emplace_back(line.substr(1));
    }
  }
  if (!is_complete) return fail(ErrorCode::corrupt, "read a search path: there is none");
  return path;
}

Result<SearchPath> find_search_path(const SearchQuery& query, const std::string& records) {
  std::vector<std::string> arguments = probe_arguments(query);
  const std::string record =
      records.empty() ? std::string() : records + "/" + record_name(query, arguments);
  if (!record.empty()) {
    auto known = load_record(record);
    if (known && is_current(*known)) return *std::move(known);
  }
  LARDER_TRY(SearchPath path, probe(query, std::move(arguments)));
  // A name with a newline would be read back as two: such a path is asked for each time.
  const std::string text = encode(path);
  const auto read_back = parse_search_path(text);
  if (!record.empty() && read_back && *read_back == path) {
    (void)sys::replace_file(AT_FDCWD, record, util::as_bytes(text), 0600);  // else asked anew
  }
  return path;
}

}  // namespace larder::compile
