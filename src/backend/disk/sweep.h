#pragma once

#include "backend/disk/session.h"
#include <larder/result.h>

#include <functional>
#include <optional>
#include <string>

#include <chrono>

namespace larder::disk {

/// Which temporaries to take for leftovers of writers that are gone.
struct SweepOptions {
  std::chrono::system_clock::time_point now = {};
  /// Since its last change of any kind; absent is any age.
  std::optional<std::chrono::seconds> min_age = std::chrono::hours(1);
  bool removes = true;                                            ///< Else only tells.
  std::function<void(const std::string& name)> on_leftover = {};  ///< Called for each, if set.
};

/// Finds temporaries whose writers are gone: unlocked, of some age, and of no publication that is
/// going on. A few syscalls for each temporary. Errors: denied, io.
Result<void> sweep_temporaries(const WritableStore& store, const SweepOptions& options);

/// The same among those that have no directory of their shard's, and in this shard's, if it has
/// one.
Result<void> sweep_shard(const WritableStore& store, unsigned shard, const SweepOptions& options);

}  // namespace larder::disk
