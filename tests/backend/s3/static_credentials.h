#pragma once

#include "backend/s3/credentials.h"
#include "support/s3/engine.h"

#include <memory>

namespace larder::s3 {

/// Always the same credentials. Thread-safe.
class StaticCredentials final : public CredentialSource {
 public:
  explicit StaticCredentials(Credentials credentials)
      : credentials_(std::make_shared<const Credentials>(std::move(credentials))) {}
  /// Those of who may do everything.
  explicit StaticCredentials(const support::S3Engine& engine)
      : StaticCredentials(Credentials{engine.access_key, engine.secret_key}) {}

  Result<std::shared_ptr<const Credentials>> get() override { return credentials_; }
  void forget(const std::shared_ptr<const Credentials>& /*refused*/) override {}
  [[nodiscard]] std::optional<std::string> profile_region() override { return std::nullopt; }

 private:
  const std::shared_ptr<const Credentials> credentials_;  // shared with who signs with them
};

}  // namespace larder::s3
