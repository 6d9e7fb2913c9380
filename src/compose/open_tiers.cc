#include "compose/tiers.h"
#include "store/view.h"
#include <larder/open.h>

#include <utility>

namespace larder {

Result<std::unique_ptr<Store>> open_tiers(std::vector<std::unique_ptr<Store>> stores) {
  if (stores.empty()) return fail(ErrorCode::invalid_argument, "open tiers: there are none");
  std::vector<compose::Tier> tiers;
  for (std::unique_ptr<Store>& store : stores) {
    const std::unique_ptr<Store> taken = std::move(store);
    auto root = taken != nullptr ? store::root_of(*taken) : std::nullopt;
    if (!root) {
      const std::string name = taken != nullptr ? taken->dir() : "nullptr";
      return fail(ErrorCode::invalid_argument,
                  "open tiers: " + name + " is not a whole store of this library");
    }
    const bool is_read_only = root->backend->is_read_only();
    tiers.push_back({.name = taken->dir(),
                     .backend = std::move(root->backend),
                     .max_bytes = root->max_bytes,
                     .is_read_only = is_read_only});
  }
  return store::make_store(compose::make_tiers(std::move(tiers)), std::nullopt);
}

}  // namespace larder
