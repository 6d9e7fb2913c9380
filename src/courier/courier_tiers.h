#pragma once

#include "compose/breaker.h"
#include "compose/tiers.h"
#include "sys/clock.h"
#include <larder/config.h>
#include <larder/result.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <cstddef>
#include <cstdint>

#include "courier/server.h"
#include "courier/uploader.h"

namespace larder::courier {

/// A tier as a status report shows it.
struct TierStatus {
  compose::TierStats stats;
  bool is_here = false;                          ///< One of the leading disks.
  std::optional<Error> left_alone_because = {};  ///< If its breaker is open.
};

/// The tiers that a courier serves, each that is not here behind a breaker. Thread-safe.
class CourierTiers {
 public:
  /// Errors: as from_config().
  static Result<CourierTiers> open(const Config& config, std::span<const StoreType> types,
                                   const sys::Clock& clock = sys::system_clock());

  /// The stores that fetches look in. They share everything with this object.
  [[nodiscard]] FetchStores fetch_stores() const;

  /// Where uploads go: the tiers that are not here and can be written to.
  [[nodiscard]] std::vector<UploadTarget> upload_targets() const;

  /// Asks the tiers that are left alone whether they are back, as ServerHooks::probe says; gives
  /// whether one is. May block as long as a tier takes.
  bool probe(bool at_once) const;

  [[nodiscard]] std::vector<TierStatus> status() const;

 private:
  /// A tier that is not here.
  struct Far {
    std::shared_ptr<compose::Breaker> breaker;       // shared with `all`, `beyond` and `upload`
    std::shared_ptr<compose::TieredBackend> upload;  // shared with the uploader; null: read-only
  };

  std::shared_ptr<compose::TieredBackend> all_;     // shared with the server
  std::shared_ptr<compose::TieredBackend> beyond_;  // shared with the server
  std::shared_ptr<compose::TieredBackend> here_;    // shared with the server; null: no disks
  std::size_t local_ = 0;
  std::vector<Far> far_;
};

}  // namespace larder::courier
