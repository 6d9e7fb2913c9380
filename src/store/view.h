#pragma once

#include "store/backend.h"
#include <larder/store.h>

#include <memory>
#include <optional>

#include <cstdint>

namespace larder::store {

/// The Store of a backend's root. Views made by in_namespace share the backend and the
/// single-flight table, and keep every limit on the way to the root: `max_bytes` is the root's,
/// absent is unlimited.
std::unique_ptr<Store> make_store(std::unique_ptr<Backend> backend,
                                  std::optional<std::uint64_t> max_bytes);

}  // namespace larder::store
