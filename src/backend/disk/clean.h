#pragma once

#include "backend/disk/session.h"
#include "store/namespace_path.h"
#include <larder/result.h>
#include <larder/store.h>

#include <chrono>

namespace larder::disk {

/// Store::clean: the exact least recently used order over one walk, by two threads where a
/// processor is idle. Without dry_run also removes the leftovers of dead writers and the
/// directories that became empty. Memory: some 80 bytes for each entry. Errors: denied, io (what
/// could be removed has been).
Result<CleanReport> clean(const WritableStore& store, const store::NamespacePath& below,
                          const CleanOptions& options, std::chrono::system_clock::time_point now);

}  // namespace larder::disk
