#include "cli/compile_tiers.h"

#include "backend/courier/courier_backend.h"
#include "cli/compile_store.h"
#include "cli/courier_place.h"
#include "compose/courier_endpoint.h"
#include "compose/fields.h"
#include "compose/tiers.h"
#include "store/view.h"
#include "util/assert.h"
#include "util/try.h"
#include <larder/open.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <cstddef>

namespace larder::cli {
namespace {

/// The store of a backend that the courier reaches the tiers of `config` by.
class CourierStores {
 public:
  explicit CourierStores(Config config)
      : config_(std::make_shared<const Config>(std::move(config))),
        client_(std::make_shared<courier::Client>(
            [shared = config_] { return find_courier(*shared); })) {
    for (const CacheConfig& cache : config_->caches) {
      max_blob_bytes_ = std::max(max_blob_bytes_, cache.max_blob_bytes.value);
    }
  }

  [[nodiscard]] std::unique_ptr<store::Backend> open(courier::Reach reach) const {
    return courier::make_backend(client_, {.reach = reach, .max_blob_bytes = max_blob_bytes_});
  }

  /// Whether none of the tiers behind the disks takes anything.
  [[nodiscard]] bool is_read_only() const {
    const auto beyond = std::span(config_->caches).subspan(compose::leading_local(*config_));
    return std::ranges::all_of(beyond,
                               [](const CacheConfig& cache) { return cache.read_only.value; });
  }

 private:
  std::shared_ptr<const Config> config_;  // shared with the client
  std::shared_ptr<courier::Client> client_;
  std::uint64_t max_blob_bytes_ = 0;
};

/// The directory of the first store on disk, whatever precedes it; empty if there is none.
std::string first_disk(const Config& config) {
  const auto is_disk = [](const CacheConfig& cache) {
    return cache.type.value == compose::kDiskType;
  };
  const auto disk = std::ranges::find_if(config.caches, is_disk);
  return disk != config.caches.end() ? disk->location.value : std::string();
}

/// Every tier in its order: those of `here`, and the courier.
compile::FarStores join(const Store& here, const CourierStores& courier) {
  auto root = store::root_of(here);
  LARDER_ASSERT(root.has_value());
  std::vector<compose::Tier> tiers;
  const bool is_read_only = root->backend->is_read_only();
  tiers.push_back({.name = here.dir(),
                   .backend = std::move(root->backend),
                   .max_bytes = root->max_bytes,
                   .is_read_only = is_read_only});
  tiers.push_back({.name = "courier",
                   .backend = courier.open(courier::Reach::all),
                   .is_read_only = courier.is_read_only(),
                   .is_relay = true});
  return {.all = store::make_store(compose::make_tiers(std::move(tiers)), std::nullopt),
          .elsewhere = store::make_store(courier.open(courier::Reach::beyond_disks), std::nullopt)};
}

}  // namespace

Result<compile::Stores> open_compile_tiers(Config config) {
  const std::size_t local = compose::leading_local(config);
  const bool has_far = local < config.caches.size();
  std::optional<CourierStores> courier;
  if (has_far) courier.emplace(config);
  compile::Stores stores = {.state_dir = first_disk(config)};
  if (local == 0) {
    stores.here = store::make_store(courier->open(courier::Reach::all), std::nullopt);
    return stores;
  }
  config.caches.resize(local);
  LARDER_TRY(auto opened, from_config(config, local_store_types()));
  if (opened.size() == 1) {
    stores.here = std::move(opened.front());
  } else {
    LARDER_TRY(stores.here, open_tiers(std::move(opened)));
  }
  if (courier) {
    stores.open_far = [here = stores.here.get(), courier = *std::move(courier)] {
      return Result<compile::FarStores>(join(*here, courier));
    };
  }
  return stores;
}

}  // namespace larder::cli
