#include "backend/disk/disk_backend.h"
#include "backend/memory/memory_backend.h"
#include "compose/tiers_subject.h"
#include "support/temp_dir.h"

#include <memory>

namespace larder::conformance {
namespace {

class MemoryBeforeDisk final : public TiersStand {
 public:
  Backends open(std::uint64_t max_blob_bytes) override {
    return {
        memory::make_backend({.max_blob_bytes = max_blob_bytes}, clock()),
        disk::open_backend({.dir = dir_.file("disk"), .max_blob_bytes = max_blob_bytes}, clock())
            .value()};
  }

 private:
  support::TempDir dir_;
};

class DiskBeforeDisk final : public TiersStand {
 public:
  Backends open(std::uint64_t max_blob_bytes) override {
    return {open_disk("packed", DiskLayout::packed, max_blob_bytes),
            open_disk("directory", DiskLayout::directory, max_blob_bytes)};
  }

 private:
  std::shared_ptr<store::Backend> open_disk(const std::string& name, DiskLayout layout,
                                            std::uint64_t max_blob_bytes) {
    return disk::open_backend(
               {.dir = dir_.file(name), .layout = layout, .max_blob_bytes = max_blob_bytes},
               clock())
        .value();
  }

  support::TempDir dir_;
};

const TiersKind kMemoryDisk = {"memory_disk", std::make_unique<MemoryBeforeDisk>};
const TiersKind kDiskDisk = {"disk_disk", std::make_unique<DiskBeforeDisk>, true};

const StoreFactory kStores = tiers_as_stores(kDiskDisk);

INSTANTIATE_TEST_SUITE_P(Tiers, StoreConformance,
                         testing::Values(tiers_as_stores(kMemoryDisk), kStores,
                                         in_namespaces("view", kStores, {"compile"})),
                         name_of_case);

INSTANTIATE_TEST_SUITE_P(Tiers, PackConformance,
                         testing::ValuesIn(all_pairs({tiers_as_backends(kMemoryDisk),
                                                      tiers_as_backends(kDiskDisk)})),
                         name_of_pair);

}  // namespace
}  // namespace larder::conformance
