#include "compose/fields.h"
#include <larder/config.h>
#include <larder/s3.h>

#include <optional>
#include <string>

namespace larder {
namespace {

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

Result<std::unique_ptr<Store>> open_s3(const CacheConfig& config) {
  return open_s3_store({
      .bucket = config.bucket.value,
      .prefix = config.prefix.value,
      .region = unless_empty(config.region.value),
      .endpoint = unless_empty(config.endpoint.value),
      .virtual_host = config.virtual_host.value,
      .access_key = config.access_key.value,
      .secret_key = config.secret_key.value,
      .session_token = config.session_token.value,
      .profile = config.profile.value,
      .anonymous = config.anonymous.value,
      .ca_file = config.ca_file.value,
      .encryption = config.encryption.value,
      .max_bytes = config.max_bytes.value,
      .max_blob_bytes = config.max_blob_bytes.value,
      .compression = config.compression.value,
      .auto_create = config.auto_create.value,
      .read_only = config.read_only.value,
      .refresh_after = config.refresh_after.value,
  });
}

}  // namespace

StoreType s3_store_type() noexcept { return {.name = compose::kS3Type, .open = open_s3}; }

}  // namespace larder
