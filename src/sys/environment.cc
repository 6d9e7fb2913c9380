#include "sys/environment.h"

#include <unistd.h>

#include <algorithm>
#include <string_view>

namespace larder::sys {

std::vector<std::string> environment_with(const std::vector<std::string>& changes) {
  const auto name_of = [](std::string_view text) { return text.substr(0, text.find('=')); };
  std::vector<std::string> environment = changes;
  for (char** variable = ::environ; variable != nullptr && *variable != nullptr; ++variable) {
    const bool is_changed = std::ranges::any_of(
        changes, [&](const std::string& change) { return name_of(change) == name_of(*variable); });
    if (!is_changed) environment.emplace_back(*variable);
  }
  return environment;
}

}  // namespace larder::sys
