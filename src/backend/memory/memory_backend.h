#pragma once

#include "store/backend.h"
#include "sys/clock.h"
#include <larder/open.h>

#include <memory>

namespace larder::memory {

/// A backend in this process's memory. Blobs are kept as given, so that it can be the model that
/// others are compared with; an entry occupies the length of its uncompressed pack, rounded up to
/// 4 KiB, which is what it occupies on disk. `clock` must outlive it.
std::unique_ptr<store::Backend> make_backend(const MemoryOptions& options,
                                             const sys::Clock& clock = sys::system_clock());

}  // namespace larder::memory
