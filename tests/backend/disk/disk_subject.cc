#include "backend/disk/disk_subject.h"

#include "backend/disk/disk_backend.h"
#include "store/view.h"
#include "support/temp_dir.h"
#include "util/bytes.h"

#include <memory>

namespace larder::conformance {
namespace {

class DiskSubject final : public Subject {
 public:
  DiskSubject(DiskLayout layout, const SubjectOptions& options)
      : options_(options), layout_(layout) {
    open();
  }

  [[nodiscard]] Store& store() override { return *store_; }
  [[nodiscard]] support::FakeClock& clock() override { return clock_; }
  bool reopen() override {
    open();
    return true;
  }

 private:
  void open() {
    auto backend = disk::open_backend(
        {.dir = dir_.file("store"), .layout = layout_, .max_blob_bytes = options_.max_blob_bytes},
        clock_);
    if (!backend) throw std::runtime_error(backend.error().message());
    store_ = store::make_store(*std::move(backend), options_.max_bytes);
  }

  support::TempDir dir_;
  support::FakeClock clock_;
  SubjectOptions options_;
  DiskLayout layout_;
  std::unique_ptr<Store> store_;
};

/// One file for each blob and one for the index, each in whole blocks.
std::uint64_t occupied_by_files(std::span<const store::BlobLength> blobs) {
  constexpr std::uint64_t kBlock = 4096;
  std::uint64_t bytes = kBlock;
  for (const store::BlobLength& blob : blobs) bytes += util::round_up(blob.raw_bytes, kBlock);
  return bytes;
}

}  // namespace

StoreFactory disk_factory(DiskLayout layout) {
  const bool is_packed = layout == DiskLayout::packed;
  return {.name = is_packed ? "packed" : "directory",
          .make =
              [layout](const SubjectOptions& options) {
                return std::make_unique<DiskSubject>(layout, options);
              },
          .occupied_bytes =
              is_packed ? memory::OccupiedBytes(memory::occupied_by_pack) : occupied_by_files};
}

}  // namespace larder::conformance
