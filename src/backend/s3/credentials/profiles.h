#pragma once

#include "backend/s3/credentials/ini.h"
#include "backend/s3/credentials/lookup.h"
#include <larder/result.h>

#include <optional>
#include <string>
#include <string_view>

namespace larder::s3 {

/// The profiles of the configuration file (`AWS_CONFIG_FILE`, else ~/.aws/config) and the
/// credentials file (`AWS_SHARED_CREDENTIALS_FILE`, else ~/.aws/credentials).
class Profiles {
 public:
  /// Reads both files; one that is absent has no profiles.
  /// Errors: invalid_argument (a line that is no setting), no_space (over 1 MiB), denied, io.
  static Result<Profiles> load(const Variables& variables);

  /// The settings of a profile, or nullptr if neither file has it. Where both have a setting, the
  /// credentials file's holds; of keys and session token, none is mixed from the two.
  [[nodiscard]] const IniSection* find(std::string_view name) const;

  /// The files that were looked at, for a message.
  [[nodiscard]] const std::string& files() const { return files_; }

 private:
  IniFile profiles_;
  std::string files_;
};

/// The profile in use: the options', else `AWS_PROFILE`, else "default".
std::string profile_name(const LookupContext& context);

/// Whether options or `AWS_PROFILE` name the profile in use, so that it has to be there.
bool is_profile_named(const LookupContext& context);

/// A setting's value, empty if it has none.
std::string setting(const IniSection& profile, std::string_view name);

}  // namespace larder::s3
