#include "backend/disk/disk_backend.h"
#include "backend/memory/memory_backend.h"
#include "backend/s3/s3_backend.h"
#include "backend/s3/static_credentials.h"
#include "backend/s3/unique_prefix.h"
#include "conformance/packs.h"
#include "support/s3/engine.h"
#include "support/temp_dir.h"

#include <memory>
#include <utility>

/// Entries that move as packs between a bucket, disk and memory, in every direction.
namespace larder::conformance {
namespace {

const BackendFactory kMemory = {"memory", [](std::uint64_t max_blob_bytes) {
                                  return std::shared_ptr<store::Backend>(
                                      memory::make_backend({.max_blob_bytes = max_blob_bytes}));
                                }};

const BackendFactory kDisk = {
    "disk", [](std::uint64_t max_blob_bytes) {
      auto dir = std::make_shared<support::TempDir>();
      auto backend =
          disk::open_backend({.dir = dir->file("store"), .max_blob_bytes = max_blob_bytes}).value();
      // The directory goes after the backend.
      return std::shared_ptr<store::Backend>(backend.release(),
                                             [dir](const store::Backend* done) { delete done; });
    }};

const BackendFactory kS3 = {
    "s3", [](std::uint64_t max_blob_bytes) {
      const auto engine = support::S3Engine::shared();
      std::shared_ptr<sys::http::Transport> transport =
          sys::http::make_transport({.uses_proxies = false}).value();
      return std::shared_ptr<store::Backend>(
          s3::open_backend(
              {.bucket = "packs",
               .prefix = s3::unique_prefix(),
               .region = "us-east-1",
               .endpoint = engine.endpoint,
               .max_blob_bytes = max_blob_bytes,
               .auto_create = true},
              {.service = {transport, std::make_shared<s3::StaticCredentials>(engine)}})
              .value());
    }};

INSTANTIATE_TEST_SUITE_P(S3, PackConformance,
                         testing::Values(BackendPair{kMemory, kS3}, BackendPair{kDisk, kS3},
                                         BackendPair{kS3, kS3}, BackendPair{kS3, kMemory},
                                         BackendPair{kS3, kDisk}),
                         name_of_pair);

}  // namespace
}  // namespace larder::conformance
