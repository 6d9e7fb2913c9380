#include "compile/json_fields.h"

#include "util/hex.h"

#include <nlohmann/json.hpp>

namespace larder::compile {
namespace {

using nlohmann::json;

const json* find(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

util::Digest digest_of(const std::string& hex) {
  util::Digest digest;
  (void)util::from_hex(hex, digest.bytes);  // zeros if it is none
  return digest;
}

}  // namespace

std::string text_field(const json& object, const char* name) {
  const json* value = find(object, name);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

std::optional<std::uint64_t> number_field(const json& object, const char* name) {
  const json* value = find(object, name);
  if (value == nullptr || !value->is_number_unsigned()) return std::nullopt;
  return value->get<std::uint64_t>();
}

std::vector<std::string> texts_field(const json& object, const char* name) {
  std::vector<std::string> texts;
  const json* value = find(object, name);
  if (value == nullptr || !value->is_array()) return texts;
  for (const json& item : *value) {
    if (item.is_string()) texts.push_back(item.get<std::string>());
  }
  return texts;
}

util::Digest digest_field(const json& object, const char* name) {
  return digest_of(text_field(object, name));
}

std::vector<InputFile> files_field(const json& object, const char* name) {
  std::vector<InputFile> files;
  const json* value = find(object, name);
  if (value == nullptr || !value->is_array()) return files;
  for (const json& item : *value) {
    if (!item.is_array() || item.size() != 2 || !item[0].is_string() || !item[1].is_string()) {
      continue;
    }
    files.push_back({item[0].get<std::string>(), digest_of(item[1].get<std::string>())});
  }
  return files;
}

json json_of(const std::vector<InputFile>& files) {
  json list = json::array();
  for (const InputFile& file : files) list.push_back({file.path, file.digest.hex()});
  return list;
}

std::string to_line(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
}

}  // namespace larder::compile
