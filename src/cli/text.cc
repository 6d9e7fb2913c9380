#include "cli/text.h"

#include <algorithm>
#include <array>

#include <cstdio>
#include <ctime>

namespace larder::cli {

std::string utc_text(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts = {};
  std::array<char, 64> text = {};
  if (::gmtime_r(&seconds, &parts) == nullptr) return "-";
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::optional<std::chrono::system_clock::time_point> parse_utc(std::string_view text) {
  std::tm parts = {};
  const std::string whole(text);
  const char* const end = ::strptime(whole.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return std::chrono::system_clock::from_time_t(::timegm(&parts));
}

std::string time_text(std::uint64_t milliseconds) {
  std::array<char, 64> text = {};
  const std::uint64_t seconds = milliseconds / 1000;
  if (seconds < 120) {
    (void)std::snprintf(text.data(), text.size(), "%.1f s",
                        static_cast<double>(milliseconds) / 1000);
  } else if (seconds < 7200) {
    (void)std::snprintf(text.data(), text.size(), "%u min %u s",
                        static_cast<unsigned>(seconds / 60), static_cast<unsigned>(seconds % 60));
  } else {
    (void)std::snprintf(text.data(), text.size(), "%llu h %u min",
                        static_cast<unsigned long long>(seconds / 3600),
                        static_cast<unsigned>(seconds / 60 % 60));
  }
  return text.data();
}

std::string row(std::string_view what, const std::string& value, int indent) {
  constexpr std::size_t kValueColumn = 30;
  std::string line(static_cast<std::size_t>(indent) * 2, ' ');
  line.append(what);
  line.append(line.size() < kValueColumn ? kValueColumn - line.size() : 1, ' ');
  return line + value + "\n";
}

std::string spaced(std::string_view name) {
  std::string text(name);
  std::ranges::replace(text, '_', ' ');
  return text;
}

std::string rate_text(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return std::to_string(part);
  std::array<char, 64> text = {};
  (void)std::snprintf(text.data(), text.size(), "%llu (%.1f %%)",
                      static_cast<unsigned long long>(part),
                      100.0 * static_cast<double>(part) / static_cast<double>(whole));
  return text.data();
}

}  // namespace larder::cli
