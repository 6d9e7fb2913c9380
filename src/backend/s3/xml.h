#pragma once

#include "util/bytes.h"
#include <larder/result.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <chrono>
#include <cstdint>

/// The documents that S3 and its clients send each other, as far as a store needs them. Bytes are
/// a service's and may be anything.
namespace larder::s3 {

/// What a service says of a request that it did not carry out. Texts are empty where it says none.
struct ServiceError {
  std::string code;  ///< "NoSuchKey"
  std::string message;
  std::string region;    ///< Where the bucket is, if not where it was looked for.
  std::string endpoint;  ///< The same.
};

/// The error that a document is, or nullopt if it is none.
std::optional<ServiceError> parse_error(util::ByteSpan document);

/// An object as a listing shows it.
struct ListedObject {
  std::string key;
  std::uint64_t bytes = 0;
  std::chrono::system_clock::time_point last_modified = {};
};

/// One page of a listing.
struct ListPage {
  std::vector<ListedObject> objects;
  std::string next;  ///< The continuation token of the page that follows; empty for the last one.
};

/// Reads a ListBucketResult. Errors: unavailable (it is none, or lacks what it must have).
Result<ListPage> parse_list(util::ByteSpan document);

/// A `Delete` of these keys that is answered by what failed only.
std::string print_delete(std::span<const std::string> keys);

/// A key that a batch could not delete.
struct DeleteFailure {
  std::string key;
  ServiceError error;
};

/// Reads a DeleteResult. Errors: unavailable (it is none).
Result<std::vector<DeleteFailure>> parse_delete_result(util::ByteSpan document);

/// A `CreateBucketConfiguration` for a region.
std::string print_create_bucket(const std::string& region);

}  // namespace larder::s3
