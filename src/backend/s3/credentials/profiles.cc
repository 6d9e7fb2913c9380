#include "backend/s3/credentials/profiles.h"

#include "sys/file.h"
#include "util/bytes.h"
#include "util/try.h"

#include <fcntl.h>

#include <array>
#include <utility>

#include <cstdint>

namespace larder::s3 {
namespace {

constexpr std::array kKeySettings = {std::string_view("aws_access_key_id"),
                                     std::string_view("aws_secret_access_key"),
                                     std::string_view("aws_session_token")};

/// The file's sections; none if it is not there.
Result<IniFile> read_ini(const std::optional<std::string>& path) {
  constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 20;
  if (!path) return IniFile();
  LARDER_TRY(const auto status, sys::stat_at(AT_FDCWD, *path));
  if (!status) return IniFile();
  LARDER_TRY(const auto bytes, sys::read_file(AT_FDCWD, *path, kMaxBytes));
  return parse_ini(util::as_text(bytes), *path);
}

/// "x" of `profile x` or `profile "x"`, nullopt for a section of another kind.
std::optional<std::string> name_in_title(std::string_view title) {
  constexpr std::string_view kKind = "profile";
  if (!title.starts_with(kKind)) return std::nullopt;
  title.remove_prefix(kKind.size());
  const auto begin = title.find_first_not_of(" \t");
  if (begin == std::string_view::npos || begin == 0) return std::nullopt;
  title.remove_prefix(begin);
  const bool is_quoted = title.size() >= 2 && title.front() == title.back() &&
                         (title.front() == '"' || title.front() == '\'');
  return std::string(is_quoted ? title.substr(1, title.size() - 2) : title);
}

/// The profiles of a configuration file, where only the default one goes without the word.
IniFile config_profiles(IniFile file) {
  IniFile profiles;
  for (auto& [title, section] : file) {
    if (auto name = name_in_title(title)) profiles[*std::move(name)] = std::move(section);
  }
  if (const auto bare = file.find("default"); bare != file.end()) {
    profiles.try_emplace("default", std::move(bare->second));
  }
  return profiles;
}

/// Puts the settings of a credentials file over those of `profile`.
void overlay(IniSection& profile, const IniSection& credentials) {
  const auto has_keys = [&] {
    for (const std::string_view name : kKeySettings) {
      if (credentials.find(name) != credentials.end()) return true;
    }
    return false;
  };
  if (has_keys()) {
    for (const std::string_view name : kKeySettings) profile.erase(std::string(name));
  }
  for (const auto& [name, value] : credentials) profile[name] = value;
}

}  // namespace

Result<Profiles> Profiles::load(const Variables& variables) {
  const auto config = variables.file("AWS_CONFIG_FILE", ".aws/config");
  const auto credentials = variables.file("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials");
  Profiles loaded;
  LARDER_TRY(IniFile config_file, read_ini(config));
  LARDER_TRY(const IniFile credentials_file, read_ini(credentials));
  loaded.profiles_ = config_profiles(std::move(config_file));
  for (const auto& [name, section] : credentials_file) overlay(loaded.profiles_[name], section);
  const std::string unknown = "(HOME is not set)";
  loaded.files_ = config.value_or(unknown) + " and " + credentials.value_or(unknown);
  return loaded;
}

const IniSection* Profiles::find(std::string_view name) const {
  const auto found = profiles_.find(name);
  return found == profiles_.end() ? nullptr : &found->second;
}

std::string profile_name(const LookupContext& context) {
  if (!context.profile.empty()) return context.profile;
  return context.variables.find("AWS_PROFILE").value_or("default");
}

bool is_profile_named(const LookupContext& context) {
  return !context.profile.empty() || context.variables.find("AWS_PROFILE").has_value();
}

std::string setting(const IniSection& profile, std::string_view name) {
  const auto found = profile.find(name);
  return found == profile.end() ? std::string() : found->second;
}

}  // namespace larder::s3
