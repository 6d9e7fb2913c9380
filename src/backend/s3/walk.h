#pragma once

#include "backend/s3/session.h"
#include "store/entry_path.h"
#include <larder/result.h>

#include <functional>
#include <string>

#include <chrono>
#include <cstdint>

namespace larder::s3 {

/// An entry as a listing shows it.
struct ListedEntry {
  const std::string& object_key;
  const store::Place& place;
  std::uint64_t bytes = 0;  ///< What it occupies.
  std::chrono::system_clock::time_point last_use = {};
};

struct WalkVisitors {
  /// Gets each entry; false ends the walk.
  std::function<bool(const ListedEntry&)> on_entry;
  /// Gets the key of each object that is none of the store's, if set.
  std::function<void(const std::string&)> on_foreign = {};
  /// Asked before each page, if set: true ends the walk, which then fails (unavailable).
  std::function<bool()> is_to_end = {};
};

/// Visits the entries at and below a namespace. A request for every thousand objects.
Result<void> walk(Session& session, const store::NamespacePath& below,
                  const WalkVisitors& visitors);

}  // namespace larder::s3
