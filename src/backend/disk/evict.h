#pragma once

#include "backend/disk/session.h"
#include "store/address.h"
#include "store/namespace_path.h"
#include <larder/result.h>

#include <chrono>
#include <cstdint>

namespace larder::disk {

/// What to bring within which limit.
struct EvictTask {
  const store::NamespacePath& below;
  std::uint64_t max_bytes = 0;
  const store::Address& kept;                      ///< Not to be removed.
  std::chrono::system_clock::time_point now = {};  ///< For the sweep of old temporaries.
};

/// Removes least recently used entries at or under `below` until they occupy at most `max_bytes`.
/// Up to 2,048 entries exactly the oldest; above, one shard after another, each time from the next
/// one, down to 90% of the limit's share of it, so that the cost of a put does not grow with the
/// store. If another thread or process is evicting, leaves the task to it and returns; and does
/// what others left before it returns itself. Old temporaries are swept along. Errors: denied, io
/// (what could be removed has been).
Result<void> evict(const WritableStore& store, const EvictTask& task);

}  // namespace larder::disk
