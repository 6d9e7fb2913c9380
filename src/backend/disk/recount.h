#pragma once

#include "backend/disk/counters.h"
#include "backend/disk/session.h"
#include "backend/disk/walk.h"
#include <larder/result.h>

#include <optional>

namespace larder::disk {

/// What a recount of one shard found.
struct Recount {
  Figures counted = {};
  Figures truth = {};
};

/// Counts a shard's entries and, with `repair`, corrects its account. Writers are not held up, but
/// by the last of three counts if they disturb the first two. Nullopt if the shard has no account.
/// Errors: denied, io.
Result<std::optional<Recount>> recount_shard(const WritableStore& store, const ShardDir& shard,
                                             bool repair);

/// Corrects the account of a shard that has just been listed and came to `truth`, if it says
/// otherwise.
Result<void> correct_shard(const WritableStore& store, const ShardDir& shard, const Figures& truth);

/// Counts the whole store anew, unless the counters are complete by now: one walk. Others that ask
/// for it meanwhile wait. Errors: denied, no_space, io.
Result<void> rebuild_counts(const WritableStore& store);

}  // namespace larder::disk
