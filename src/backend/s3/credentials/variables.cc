#include "backend/s3/credentials/variables.h"

#include <unistd.h>

namespace larder::s3 {

Variables::Variables(const char* const* entries) {
  if (entries == nullptr) entries = environ;
  for (; *entries != nullptr; ++entries) entries_.emplace_back(*entries);
}

std::optional<std::string> Variables::find(std::string_view name) const {
  for (const std::string& entry : entries_) {
    if (entry.size() <= name.size() || entry[name.size()] != '=' || !entry.starts_with(name)) {
      continue;
    }
    std::string value = entry.substr(name.size() + 1);
    if (value.empty()) return std::nullopt;
    return value;
  }
  return std::nullopt;
}

std::optional<std::string> Variables::file(std::string_view name,
                                           std::string_view home_default) const {
  const auto home = find("HOME");
  auto path = find(name);
  if (path && !path->starts_with("~/")) return path;
  if (!home) return std::nullopt;
  if (path) return *home + path->substr(1);
  return *home + '/' + std::string(home_default);
}

}  // namespace larder::s3
