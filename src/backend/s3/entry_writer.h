#pragma once

#include "backend/s3/object_locks.h"
#include "backend/s3/session.h"
#include "store/address.h"
#include "store/pack.h"
#include <larder/blob.h>
#include <larder/result.h>

#include <memory>
#include <span>
#include <string>

#include <cstdint>

namespace larder::s3 {

/// An entry that has been written.
struct Written {
  std::string object_key;
  std::uint64_t bytes = 0;  ///< What it occupies.
  ObjectLocks::Lock lock;   ///< Its object's, still held.
};

// `max_entry_bytes` and errors of these: as of store::Backend's calls.

/// Writes an entry of these blobs. One request.
Result<Written> write_entry(Session& session, const store::Address& address,
                            std::span<const NamedSource> blobs, std::uint64_t max_entry_bytes);

/// Writes the entry as it is with one blob added or replaced. Two requests.
Result<Written> write_merged(Session& session, const store::Address& address,
                             const NamedSource& blob, std::uint64_t max_entry_bytes);

/// Writes an entry as its pack, every byte of which is verified before. One request.
Result<Written> write_pack(Session& session, const store::Address& address,
                           std::shared_ptr<const store::PackBytes> bytes,
                           std::uint64_t max_entry_bytes);

}  // namespace larder::s3
