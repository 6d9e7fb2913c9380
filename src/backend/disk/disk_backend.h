#pragma once

#include "store/backend.h"
#include "sys/clock.h"
#include <larder/open.h>
#include <larder/result.h>

#include <memory>

namespace larder::disk {

/// The backend in a directory; doc/format/disk.md. `clock` must outlive it.
Result<std::unique_ptr<store::Backend>> open_backend(const DiskOptions& options,
                                                     const sys::Clock& clock = sys::system_clock());

}  // namespace larder::disk
