#pragma once

#include "conformance/conformance.h"
#include "conformance/packs.h"
#include "store/backend.h"
#include "support/fake_clock.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <cstdint>

namespace larder::conformance {

using Backends = std::vector<std::shared_ptr<store::Backend>>;

/// What a list of tiers stands on.
class TiersStand {
 public:
  virtual ~TiersStand() = default;

  /// The stores of the list, which go by the clock and end before this does.
  virtual Backends open(std::uint64_t max_blob_bytes) = 0;

  [[nodiscard]] support::FakeClock& clock() { return clock_; }

 private:
  support::FakeClock clock_;
};

/// A kind of list.
struct TiersKind {
  std::string name;                                         ///< Letters, digits and `_`.
  std::function<std::unique_ptr<TiersStand>()> make_stand;  ///< Where nothing is stored yet.
  bool outlives_closing = false;
};

StoreFactory tiers_as_stores(const TiersKind& kind);
BackendFactory tiers_as_backends(const TiersKind& kind);

}  // namespace larder::conformance
