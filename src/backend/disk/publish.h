#pragma once

#include "backend/disk/entry_format.h"
#include "backend/disk/locks.h"
#include "backend/disk/session.h"
#include "backend/disk/temporary.h"
#include "store/address.h"
#include <larder/result.h>

#include <functional>
#include <optional>

#include <chrono>
#include <cstdint>

/// The two changes of a store: an entry comes in, an entry goes out. Each is one rename or unlink,
/// and counts exactly what came and went.
namespace larder::disk {

/// An entry written to a temporary.
struct Written {
  Temporary temporary;
  std::uint64_t bytes = 0;
};

/// Puts a finished entry in the address's place, used last at `now`.
/// `lock` is that of the address's shard, held; it is exclusive afterwards where the file system
/// has no RENAME_EXCHANGE. About five syscalls, three more to replace an entry.
/// Errors: invalid_argument (something foreign is in the place), no_space, denied, io: the old
/// entry is then as it was.
Result<void> publish(const WritableStore& store, Written written, const store::Address& address,
                     std::chrono::system_clock::time_point now, Lock& lock);

/// Whether this generation of an entry is meant.
using IdentityTest = std::function<bool(const Identity&)>;

/// Removes the entry if there is one and `is_meant`, if set, says so; gives what it occupied.
/// The caller holds the shard's lock exclusively. Errors: denied, io.
Result<std::optional<std::uint64_t>> remove_entry(const WritableStore& store,
                                                  const store::Address& address,
                                                  const IdentityTest& is_meant = {});

}  // namespace larder::disk
