#include "backend/s3/credentials/ini.h"

#include <algorithm>
#include <optional>

#include <cstddef>

namespace larder::s3 {
namespace {

constexpr std::string_view kSpace = " \t\r\v\f";

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

/// One thread.
class IniParser {
 public:
  /// Whether the line is one that there may be.
  bool take(std::string_view line) {
    const std::string_view text = trim(line);
    if (text.empty() || text.front() == '#' || text.front() == ';') return true;
    const std::size_t indent = line.find_first_not_of(kSpace);
    if (setting_indent_ && indent > *setting_indent_) return true;
    return text.front() == '[' ? begin_section(text) : add_setting(text, indent);
  }

  IniFile take_file() { return std::move(file_); }

 private:
  bool begin_section(std::string_view text) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return false;
    section_ = &file_[std::string(trim(text.substr(1, end - 1)))];
    setting_indent_.reset();
    return true;
  }

  bool add_setting(std::string_view text, std::size_t indent) {
    const auto name_end = text.find('=');
    if (section_ == nullptr || name_end == std::string_view::npos) return false;
    (*section_)[lower_case(trim(text.substr(0, name_end)))] = trim(text.substr(name_end + 1));
    setting_indent_ = indent;
    return true;
  }

  IniFile file_;
  IniSection* section_ = nullptr;  // Into file_, whose nodes stay.
  std::optional<std::size_t> setting_indent_;
};

}  // namespace

Result<IniFile> parse_ini(std::string_view text, std::string_view path) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  IniParser parser;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (parser.take(line)) continue;
    std::string message(path);
    message.append(":").append(std::to_string(number));
    message += ": neither a [section] nor a setting, name = value";
    return fail(ErrorCode::invalid_argument, std::move(message));
  }
  return parser.take_file();
}

}  // namespace larder::s3
