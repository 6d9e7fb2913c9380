#pragma once

#include "backend/s3/client.h"
#include "store/backend.h"
#include "sys/clock.h"
#include <larder/result.h>
#include <larder/s3.h>

#include <memory>

namespace larder::s3 {

/// What a backend stands on, and what only tests set.
struct BackendParts {
  Service service = {};
  /// What the age of entries goes by. Both clocks must outlive the backend and its blobs.
  const sys::Clock& clock = sys::system_clock();
  /// What requests are signed with.
  const sys::Clock& signing_clock = sys::system_clock();
  unsigned page_keys = 0;  ///< As Bucket::Options.
};

/// The backend of a bucket. Errors: as open_s3_store.
Result<std::unique_ptr<store::Backend>> open_backend(const S3Options& options, BackendParts parts);

}  // namespace larder::s3
