#include "compile/argument_changes.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace larder::compile {
namespace {

using Kind = Cause::Kind;

/// An argument of the normal form as a person writes it.
std::string shown(std::string_view argument) {
  const std::size_t end = argument.find('\0');
  if (end == std::string_view::npos) return std::string(argument);
  const std::string_view option = argument.substr(0, end);
  const bool is_joined = option.size() == 2 || option.ends_with('=');
  std::string text(option);
  return text.append(is_joined ? "" : " ").append(argument.substr(end + 1));
}

/// What an argument is about: of two with one subject, the later takes the earlier's place.
std::string subject_of(const std::string& argument) {
  const std::string text = shown(argument);
  const std::string_view view = text;
  if (view.starts_with("-D") || view.starts_with("-U")) {
    return "-D" + std::string(view.substr(2, view.find('=') - 2));
  }
  for (const std::string_view prefix : {"-O", "-x", "-I", "-g"}) {
    if (view.starts_with(prefix)) return std::string(prefix);
  }
  for (const std::string_view group : {"-f", "-W", "-m"}) {
    const std::string no = std::string(group) + "no-";
    if (view.starts_with(no)) return std::string(group) + text.substr(no.size());
  }
  const std::size_t equals = view.find('=');
  if (equals != std::string_view::npos) return text.substr(0, equals);
  return argument.substr(0, argument.find('\0'));
}

/// What is in `all` and not in `from`, each as often.
std::vector<std::string> missing_from(const std::vector<std::string>& all,
                                      std::vector<std::string> from) {
  std::vector<std::string> missing;
  for (const std::string& text : all) {
    const auto found = std::ranges::find(from, text);
    if (found == from.end()) {
      missing.push_back(text);
    } else {
      from.erase(found);
    }
  }
  return missing;
}

/// Takes the only one of `arguments` with this subject out; nullopt if there are none or several.
std::optional<std::string> take_only(std::vector<std::string>& arguments,
                                     const std::string& subject) {
  const auto is_about = [&](const std::string& text) { return subject_of(text) == subject; };
  if (std::ranges::count_if(arguments, is_about) != 1) return std::nullopt;
  const auto found = std::ranges::find_if(arguments, is_about);
  std::string argument = std::move(*found);
  arguments.erase(found);
  return argument;
}

/// Two lists of the same arguments in another order.
Cause reordering(const std::vector<std::string>& before, const std::vector<std::string>& now) {
  const auto [old, own] = std::ranges::mismatch(before, now);
  return {.kind = Kind::arguments_reordered, .subject = shown(*own), .before = shown(*old)};
}

}  // namespace

std::vector<Cause> argument_changes(const std::vector<std::string>& before,
                                    const std::vector<std::string>& now) {
  if (before == now) return {};
  std::vector<std::string> gone = missing_from(before, now);
  const std::vector<std::string> come = missing_from(now, before);
  if (gone.empty() && come.empty()) return {reordering(before, now)};
  std::vector<Cause> causes;
  for (const std::string& argument : come) {
    const std::string subject = subject_of(argument);
    const bool is_only = std::ranges::count(come, subject, subject_of) == 1;
    const auto old = is_only ? take_only(gone, subject) : std::nullopt;
    if (old) {
      causes.push_back({.kind = Kind::argument_changed,
                        .subject = shown(argument),
                        .before = shown(*old),
                        .now = shown(argument)});
    } else {
      causes.push_back({.kind = Kind::argument_added, .subject = shown(argument)});
    }
  }
  for (const std::string& argument : gone) {
    causes.push_back({.kind = Kind::argument_removed, .subject = shown(argument)});
  }
  return causes;
}

}  // namespace larder::compile
