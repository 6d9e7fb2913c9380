#include "backend/disk/disk_backend.h"
#include "backend/memory/memory_backend.h"
#include "compose/tiers.h"
#include "conformance/conformance.h"
#include "conformance/packs.h"
#include "store/view.h"
#include "support/temp_dir.h"

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace larder::conformance {
namespace {

/// A directory, a clock and the tiers that stand on them.
struct Stand {
  std::shared_ptr<store::Backend> disk(DiskLayout layout, std::uint64_t max_blob_bytes) {
    const std::string name = layout == DiskLayout::packed ? "packed" : "directory";
    return disk::open_backend(
               {.dir = dir.file(name), .layout = layout, .max_blob_bytes = max_blob_bytes}, clock)
        .value();
  }
  std::shared_ptr<store::Backend> memory(std::uint64_t max_blob_bytes) {
    return memory::make_backend({.max_blob_bytes = max_blob_bytes}, clock);
  }

  support::TempDir dir;
  support::FakeClock clock;
};

using Backends = std::vector<std::shared_ptr<store::Backend>>;

/// A kind of list of tiers.
struct Kind {
  std::string name;
  std::function<Backends(Stand&, std::uint64_t max_blob_bytes)> make;
  bool outlives_closing = false;
};

std::unique_ptr<store::Backend> tiers_of(const Kind& kind, Stand& stand,
                                         std::uint64_t max_blob_bytes) {
  std::vector<compose::Tier> tiers;
  for (auto& backend : kind.make(stand, max_blob_bytes)) {
    tiers.push_back({.name = backend->dir({}), .backend = std::move(backend)});
  }
  return compose::make_tiers(std::move(tiers), stand.clock);
}

class TiersSubject final : public Subject {
 public:
  TiersSubject(Kind kind, const SubjectOptions& options)
      : kind_(std::move(kind)), options_(options) {
    open();
  }

  [[nodiscard]] Store& store() override { return *store_; }
  [[nodiscard]] support::FakeClock& clock() override { return stand_.clock; }
  bool reopen() override {
    if (kind_.outlives_closing) open();
    return kind_.outlives_closing;
  }

 private:
  void open() {
    store_.reset();
    store_ =
        store::make_store(tiers_of(kind_, stand_, options_.max_blob_bytes), options_.max_bytes);
  }

  Kind kind_;
  SubjectOptions options_;
  Stand stand_;
  std::unique_ptr<Store> store_;
};

StoreFactory store_factory(const Kind& kind) {
  return {.name = kind.name, .make = [kind](const SubjectOptions& options) {
            return std::make_unique<TiersSubject>(kind, options);
          }};
}

BackendFactory backend_factory(const Kind& kind) {
  return {.name = kind.name, .make = [kind](std::uint64_t max_blob_bytes) {
            const auto stand = std::make_shared<Stand>();
            auto backend = tiers_of(kind, *stand, max_blob_bytes);
            // The stand goes when the backend does, and after it.
            return std::shared_ptr<store::Backend>(
                backend.release(), [stand](const store::Backend* done) { delete done; });
          }};
}

const Kind kMemoryDisk = {
    "memory_disk", [](Stand& stand, std::uint64_t max_blob_bytes) {
      return Backends{stand.memory(max_blob_bytes), stand.disk(DiskLayout::packed, max_blob_bytes)};
    }};

const Kind kDiskDisk = {"disk_disk",
                        [](Stand& stand, std::uint64_t max_blob_bytes) {
                          return Backends{stand.disk(DiskLayout::packed, max_blob_bytes),
                                          stand.disk(DiskLayout::directory, max_blob_bytes)};
                        },
                        true};

const StoreFactory kStores = store_factory(kDiskDisk);

INSTANTIATE_TEST_SUITE_P(Tiers, StoreConformance,
                         testing::Values(store_factory(kMemoryDisk), kStores,
                                         in_namespaces("view", kStores, {"compile"})),
                         name_of_case);

INSTANTIATE_TEST_SUITE_P(Tiers, PackConformance,
                         testing::ValuesIn(all_pairs({backend_factory(kMemoryDisk),
                                                      backend_factory(kDiskDisk)})),
                         name_of_pair);

}  // namespace
}  // namespace larder::conformance
