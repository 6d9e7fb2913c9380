#include "compose/environment.h"

#include "util/try.h"

#include <utility>

#include <cstddef>

namespace larder::compose {
namespace {

tl::unexpected<Error> refuse(std::string_view path, std::string_view why) {
  std::string message = "\"";
  message.append(path).append("\": ").append(why);
  return fail(ErrorCode::invalid_argument, std::move(message));
}

bool is_name_character(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// Takes the `NAME` or `{NAME}` that `rest` begins with off it; empty if there is none.
std::string_view take_name(std::string_view& rest) {
  const bool braced = rest.starts_with('{');
  const std::size_t begin = braced ? 1 : 0;
  std::size_t end = begin;
  while (end < rest.size() && is_name_character(rest[end])) ++end;
  const std::string_view name = rest.substr(begin, end - begin);
  if (braced && (end == rest.size() || rest[end] != '}')) return {};
  rest.remove_prefix(braced ? end + 1 : end);
  return name;
}

}  // namespace

std::optional<std::string_view> Environment::find(std::string_view name) const {
  for (const char* const* entry = entries_; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (text.size() > name.size() && text[name.size()] == '=' && text.starts_with(name)) {
      return text.substr(name.size() + 1);
    }
  }
  return std::nullopt;
}

std::optional<std::string_view> Environment::find_absolute(std::string_view name) const {
  const auto value = find(name);
  if (!value || !value->starts_with('/')) return std::nullopt;
  return value;
}

Result<std::string> Environment::expand_path(std::string_view path) const {
  std::string expanded;
  std::string_view rest = path;
  if (rest == "~" || rest.starts_with("~/")) {
    const auto home = find_absolute("HOME");
    if (!home) return refuse(path, "HOME is not set to an absolute path");
    expanded = *home;
    rest.remove_prefix(1);
  }
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c == '\0') return refuse(path, "a path cannot hold a NUL byte");
    if (c != '$') {
      expanded += c;
      continue;
    }
    if (rest.starts_with('$')) {
      expanded += '$';
      rest.remove_prefix(1);
      continue;
    }
    const std::string_view name = take_name(rest);
    if (name.empty()) return refuse(path, "expected $NAME, ${NAME}, or $$ for a dollar sign");
    const auto value = find(name);
    if (!value) return refuse(path, "the variable " + std::string(name) + " is not set");
    expanded += *value;
  }
  if (!expanded.starts_with('/')) return refuse(path, "expected an absolute path");
  return expanded;
}

std::optional<std::string> Environment::base_directory(std::string_view name,
                                                       std::string_view home_default) const {
  std::string directory;
  if (const auto base = find_absolute(name)) {
    directory = *base;
  } else if (const auto home = find_absolute("HOME")) {
    directory.append(*home).append("/").append(home_default);
  } else {
    return std::nullopt;
  }
  return directory += "/larder";
}

}  // namespace larder::compose
