#pragma once

#include <string>

namespace larder::support {

/// The S3 service that the tests run against, which tests/support/s3/rgw started.
struct S3Engine {
  std::string endpoint;
  std::string tls_endpoint;
  std::string ca_file;
  std::string access_key;
  std::string secret_key;
  std::string reader_access_key;  ///< Who may not write.
  std::string reader_secret_key;
  std::string sts_endpoint;  ///< With temporary credentials, which it also gives out.
  std::string role_arn;      ///< Which the first may assume there.

  /// The engine in a directory, as its file `env` tells. Aborts, saying how to start one, if there
  /// is none.
  static S3Engine in(const std::string& directory);
  /// The one that all tests share; LARDER_S3_ENGINE is its directory.
  static S3Engine shared();
};

}  // namespace larder::support
