#pragma once

#include <larder/config.h>
#include <larder/result.h>
#include <larder/store.h>

#include <memory>
#include <optional>
#include <string>

#include <chrono>
#include <cstdint>

/// Stores in a bucket of S3 or of a service that is compatible with it. In a library of its own,
/// liblarder-s3 (CMake: larder::s3), which brings libcurl, OpenSSL and pugixml.
namespace larder {

/// Where a store in a bucket is and how it is reached.
struct S3Options {
  std::string bucket;  ///< Must exist, unless `auto_create`.
  /// Before every key, as a directory: "" or with a "/" at its end, which is added where it is
  /// missing. Objects without it are never looked at.
  std::string prefix = "cache/";
  /// Absent: `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's, else "us-east-1".
  std::optional<std::string> region = {};
  /// "http[s]://host[:port]"; absent: `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, else AWS's own.
  std::optional<std::string> endpoint = {};
  /// Absent: path-style where there is an endpoint, else the bucket's name in the host.
  std::optional<bool> virtual_host = {};
  // Credentials. None of the four set: the standard chain, as doc/s3.md lists it.
  std::string access_key = {};
  std::string secret_key = {};
  std::string session_token = {};
  std::string profile = {};  ///< A section of ~/.aws/config and ~/.aws/credentials.
  bool anonymous = false;    ///< Requests are not signed.
  std::string ca_file = {};  ///< PEM; instead of the system's certificates.
  S3Encryption encryption = {};
  std::optional<std::uint64_t> max_bytes = {};            ///< Absent is unlimited.
  std::uint64_t max_blob_bytes = std::uint64_t{1} << 30;  ///< A larger blob is refused.
  Compression compression = {};
  bool auto_create = false;  ///< Create the bucket when the first put finds that it is missing.
  bool read_only = false;    ///< Gets never mark as used; puts, removes and cleans are denied.
  /// An entry that is read when it was last written or refreshed longer ago than this is refreshed.
  /// S3 keeps no time of reading; LastModified is the last use.
  std::chrono::seconds refresh_after = std::chrono::hours(24);
  /// "NAME=value" texts, the last of them nullptr. Absent is the process's own environment.
  const char* const* environment = nullptr;
};

/// The store in a bucket. Makes no request: what is wrong with bucket or credentials is an error of
/// the first operation. Costs in requests: a get that hits, a get that misses, a has, a put_entry
/// and a remove one each; a put of one blob two; see doc/s3.md.
/// Errors: invalid_argument (a bucket name, prefix, endpoint or pair of keys that cannot be).
Result<std::unique_ptr<Store>> open_s3_store(const S3Options& options);

/// The type "s3".
StoreType s3_store_type() noexcept;

}  // namespace larder
