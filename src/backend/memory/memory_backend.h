#pragma once

#include "store/backend.h"
#include "store/pack.h"
#include "sys/clock.h"
#include <larder/open.h>

#include <functional>
#include <memory>
#include <span>

#include <cstdint>

namespace larder::memory {

/// What an entry of these blobs, sorted by name, occupies.
using OccupiedBytes = std::function<std::uint64_t(std::span<const store::BlobLength>)>;

/// The length of the uncompressed pack in blocks of 4 KiB, which is what the entry occupies on
/// disk.
std::uint64_t occupied_by_pack(std::span<const store::BlobLength> blobs);

/// A backend in this process's memory. Blobs are kept as given, so that it can be the model that
/// others are compared with. `clock` must outlive it.
std::unique_ptr<store::Backend> make_backend(const MemoryOptions& options,
                                             const sys::Clock& clock = sys::system_clock(),
                                             OccupiedBytes occupied_bytes = occupied_by_pack);

}  // namespace larder::memory
