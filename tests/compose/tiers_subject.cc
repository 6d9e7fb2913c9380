#include "compose/tiers_subject.h"

#include "compose/tiers.h"
#include "store/view.h"

#include <utility>

namespace larder::conformance {
namespace {

std::unique_ptr<store::Backend> open_tiers_on(TiersStand& stand, std::uint64_t max_blob_bytes) {
  std::vector<compose::Tier> tiers;
  for (auto& backend : stand.open(max_blob_bytes)) {
    tiers.push_back({.name = backend->dir({}), .backend = std::move(backend)});
  }
  return compose::make_tiers(std::move(tiers), stand.clock());
}

class TiersSubject final : public Subject {
 public:
  TiersSubject(const TiersKind& kind, const SubjectOptions& options)
      : outlives_closing_(kind.outlives_closing), options_(options), stand_(kind.make_stand()) {
    open();
  }

  [[nodiscard]] Store& store() override { return *store_; }
  [[nodiscard]] support::FakeClock& clock() override { return stand_->clock(); }
  bool reopen() override {
    if (outlives_closing_) open();
    return outlives_closing_;
  }

 private:
  void open() {
    store_.reset();
    store_ = store::make_store(open_tiers_on(*stand_, options_.max_blob_bytes), options_.max_bytes);
  }

  const bool outlives_closing_;
  const SubjectOptions options_;
  const std::unique_ptr<TiersStand> stand_;
  std::unique_ptr<Store> store_;
};

}  // namespace

StoreFactory tiers_as_stores(const TiersKind& kind) {
  return {.name = kind.name, .make = [kind](const SubjectOptions& options) {
            return std::make_unique<TiersSubject>(kind, options);
          }};
}

BackendFactory tiers_as_backends(const TiersKind& kind) {
  return {.name = kind.name, .make = [kind](std::uint64_t max_blob_bytes) {
            const std::shared_ptr stand = kind.make_stand();
            auto backend = open_tiers_on(*stand, max_blob_bytes);
            // The stand goes when the backend does, and after it.
            return std::shared_ptr<store::Backend>(
                backend.release(), [stand](const store::Backend* done) { delete done; });
          }};
}

}  // namespace larder::conformance
