#pragma once

#include <larder/result.h>
#include <larder/s3.h>

#include <optional>
#include <string>

namespace larder::s3 {

/// Where a bucket is reached, once its region is known. A value.
struct Site {
  std::string url;  ///< What the URLs of its objects begin with: "https://host/bucket/".
  std::string region;
  bool is_https = false;
};

/// What options and environment say about where a bucket is. Thread-safe.
class Location {
 public:
  /// Reads the environment, no file. Errors: invalid_argument (a bucket's name, prefix or endpoint
  /// that cannot be).
  static Result<Location> from(const S3Options& options);

  /// The region that options or environment name.
  [[nodiscard]] const std::optional<std::string>& region() const noexcept { return region_; }

  /// The site in that region. Errors: invalid_argument (a region that cannot be).
  [[nodiscard]] Result<Site> in_region(const std::string& region) const;

 private:
  Location() = default;

  std::string bucket_;
  std::optional<std::string> region_;
  std::string endpoint_;  // "http[s]://host[:port]"; empty for AWS
  bool is_virtual_host_ = false;
};

}  // namespace larder::s3
