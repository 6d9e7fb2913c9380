#pragma once

#include "store/backend.h"
#include "util/single_flight.h"
#include <larder/store.h>

#include <memory>
#include <optional>

#include <cstdint>

namespace larder::store {

/// The puts that are under way, shared by all views of a store.
using PutFlights = util::SingleFlight<Result<void>>;

/// The Store of a backend's root. Views made by in_namespace share the backend and `flights` (if
/// absent, a table of their own), and keep every limit on the way to the root: `max_bytes` is the
/// root's, absent is unlimited.
std::unique_ptr<Store> make_store(std::unique_ptr<Backend> backend,
                                  std::optional<std::uint64_t> max_bytes,
                                  std::shared_ptr<PutFlights> flights = nullptr);

/// What a Store of make_store stands on.
struct RootStore {
  std::shared_ptr<Backend> backend;             // shared with the Store and its views
  std::optional<std::uint64_t> max_bytes = {};  ///< Its own limit; absent is unlimited.
};

/// What `store` stands on, for those who put stores together; nullopt if it is a view of a
/// namespace, or not of make_store.
std::optional<RootStore> root_of(const Store& store);

}  // namespace larder::store
