#pragma once

#include "backend/disk/session.h"
#include "store/namespace_path.h"
#include <larder/result.h>
#include <larder/store.h>

namespace larder::disk {

/// Entries and bytes at and under `below`, from the counters; they are completed by one walk where
/// they are not, and without any the walk's own figures are the answer. Errors: denied, io.
Result<StoreStats> total_of(const WritableStore& store, const store::NamespacePath& below);

/// The same by a walk.
Result<StoreStats> walk_total(const OpenStore& store, const store::NamespacePath& below);

}  // namespace larder::disk
