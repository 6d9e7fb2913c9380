#include "backend/disk/disk_backend.h"
#include "backend/s3/settled_bucket.h"
#include "compose/tiers_subject.h"
#include "support/temp_dir.h"

#include <memory>

namespace larder::conformance {
namespace {

class DiskBeforeBucket final : public TiersStand {
 public:
  Backends open(std::uint64_t max_blob_bytes) override {
    return {
        disk::open_backend({.dir = dir_.file("disk"), .max_blob_bytes = max_blob_bytes}, clock())
            .value(),
        bucket_.open(max_blob_bytes)};
  }

 private:
  support::TempDir dir_;
  const s3::SettledBucket bucket_{clock()};
};

const TiersKind kDiskS3 = {"disk_s3", std::make_unique<DiskBeforeBucket>, true};

const StoreFactory kStores = tiers_as_stores(kDiskS3);

INSTANTIATE_TEST_SUITE_P(Tiers, StoreConformance,
                         testing::Values(kStores,
                                         in_namespaces("view_of_disk_s3", kStores, {"compile"})),
                         name_of_case);

INSTANTIATE_TEST_SUITE_P(Tiers, PackConformance,
                         testing::ValuesIn(all_pairs({tiers_as_backends(kDiskS3)})), name_of_pair);

}  // namespace
}  // namespace larder::conformance
