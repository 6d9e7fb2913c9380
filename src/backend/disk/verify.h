#pragma once

#include "backend/disk/session.h"
#include "store/namespace_path.h"
#include <larder/result.h>
#include <larder/store.h>

#include <memory>

#include <chrono>

namespace larder::disk {

/// Store::verify. `writable` is the same store open for changes, or null: then counts and
/// temporaries are not looked at, and nothing can be repaired.
Result<VerifyReport> verify(const OpenStore& store, const WritableStore* writable,
                            const store::NamespacePath& below, const VerifyOptions& options,
                            std::chrono::system_clock::time_point now);

}  // namespace larder::disk
