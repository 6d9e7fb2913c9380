#include "compile/response_file.h"

#include "sys/file.h"
#include "util/bytes.h"

#include <utility>

namespace larder::compile {
namespace {

bool is_separator(CompilerKind kind, char c) {
  if (c == ' ' || c == '\t' || c == '\n' || c == '\r') return true;
  return kind == CompilerKind::gcc && (c == '\v' || c == '\f');
}

/// Reads one argument after another off a response file's content.
class Splitter {
 public:
  Splitter(CompilerKind kind, std::string_view content) : kind_(kind), rest_(content) {}

  /// The next argument, or nullopt at the end.
  std::optional<std::string> next() {
    while (!rest_.empty()) {
      skip_separators();
      if (rest_.empty()) break;
      std::string argument = take_argument();
      if (kind_ == CompilerKind::gcc || !argument.empty()) return argument;
    }
    return std::nullopt;
  }

 private:
  void skip_separators() {
    while (!rest_.empty() && is_separator(kind_, rest_.front())) rest_.remove_prefix(1);
  }

  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  std::string take_argument() {
    std::string argument;
    char quote = '\0';
    while (!rest_.empty() && (quote != '\0' || !is_separator(kind_, rest_.front()))) {
      const char c = take();
      if (c == '\\') {
        take_escaped(argument);
      } else if (c == quote) {
        quote = '\0';
      } else if (quote == '\0' && (c == '\'' || c == '"')) {
        quote = c;
      } else {
        argument.push_back(c);
      }
    }
    return argument;
  }

  void take_escaped(std::string& argument) {
    if (!rest_.empty()) {
      argument.push_back(take());
    } else if (kind_ == CompilerKind::clang) {
      argument.push_back('\\');
    }
  }

  CompilerKind kind_;
  std::string_view rest_;
};

bool has_foreign_encoding(std::string_view content) {
  return content.find('\0') != std::string_view::npos || content.starts_with("\xef\xbb\xbf") ||
         content.starts_with("\xff\xfe") || content.starts_with("\xfe\xff");
}

/// One thread at a time.
class Expander {
 public:
  Expander(CompilerKind kind, const FileReader& read_file) : kind_(kind), read_file_(read_file) {}

  /// Appends `args` expanded; false beyond the limits, with the offending argument in refused().
  bool expand(std::span<const std::string> args, std::size_t depth) {
    for (const std::string& argument : args) {
      if (!expand_one(argument, depth)) {
        if (refused_.empty()) refused_ = argument;
        return false;
      }
    }
    return true;
  }

  ExpandedArguments& expanded() { return expanded_; }
  std::string& refused() { return refused_; }

 private:
  bool expand_one(const std::string& argument, std::size_t depth) {
    if (!argument.starts_with('@')) return keep(argument);
    const auto content = read_file_(argument.substr(1));
    if (const auto* absence = std::get_if<FileAbsence>(&content)) {
      return *absence == FileAbsence::missing && keep(argument);
    }
    const auto& text = std::get<std::string>(content);
    if (depth >= ResponseFileLimits::kMaxDepth || has_foreign_encoding(text) ||
        expanded_.files.size() >= ResponseFileLimits::kMaxFiles) {
      return false;
    }
    expanded_.files.push_back(argument.substr(1));
    return expand(split_response_file(kind_, text), depth + 1);
  }

  bool keep(const std::string& argument) {
    expanded_.arguments.push_back(argument);
    return expanded_.arguments.size() <= ResponseFileLimits::kMaxArguments;
  }

  CompilerKind kind_;
  const FileReader& read_file_;
  ExpandedArguments expanded_;
  std::string refused_;
};

}  // namespace

std::variant<std::string, FileAbsence> read_response_file(const std::string& path) {
  // Looked at before it is opened: reading a pipe would take away what the compiler is to read.
  const auto status = sys::stat_at(AT_FDCWD, path);
  if (!status) return FileAbsence::unreadable;
  if (!*status) return FileAbsence::missing;
  if (!S_ISREG((*status)->st_mode)) return FileAbsence::unreadable;
  const auto content = sys::read_file(AT_FDCWD, path, ResponseFileLimits::kMaxFileBytes);
  if (!content) return FileAbsence::unreadable;
  return std::string(util::as_text(*content));
}

std::vector<std::string> split_response_file(CompilerKind kind, std::string_view content) {
  std::vector<std::string> arguments;
  Splitter splitter(kind, content);
  while (auto argument = splitter.next()) arguments.push_back(*std::move(argument));
  return arguments;
}

std::variant<ExpandedArguments, PassThrough> expand_response_files(
    CompilerKind kind, std::span<const std::string> args, const FileReader& read_file) {
  Expander expander(kind, read_file);
  if (expander.expand(args, 0)) return std::move(expander.expanded());
  return PassThrough{PassThroughReason::response_file, std::move(expander.refused())};
}

}  // namespace larder::compile
