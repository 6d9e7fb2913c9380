#include "backend/s3/layout.h"

namespace larder::s3::layout {

Result<std::string> object_key(std::string_view prefix, const store::Address& address) {
  std::string key = std::string(prefix) + store::entry_path(address);
  if (key.size() <= kMaxObjectKeyBytes) return key;
  return fail(ErrorCode::invalid_argument,
              "the key of an object would have " + std::to_string(key.size()) +
                  " bytes; S3 takes up to " + std::to_string(kMaxObjectKeyBytes));
}

std::string object_prefix(std::string_view prefix, const store::NamespacePath& below) {
  return std::string(prefix) + store::namespace_prefix(below);
}

std::optional<store::Place> parse_object_key(std::string_view prefix, std::string_view key) {
  if (!key.starts_with(prefix) || key.size() > kMaxObjectKeyBytes) return std::nullopt;
  return store::parse_entry_path(key.substr(prefix.size()));
}

}  // namespace larder::s3::layout
