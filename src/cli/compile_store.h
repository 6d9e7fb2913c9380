#pragma once

#include <larder/config.h>
#include <larder/result.h>
#include <larder/store.h>

#include <memory>
#include <optional>
#include <span>

#include <cstdint>

namespace larder::cli {

/// The types of the stores that any program of larder's can open: those on this machine.
std::span<const StoreType> local_store_types();

/// The store that compiles are looked up in.
struct CompileStore {
  std::unique_ptr<Store> store;
  std::optional<std::uint64_t> max_bytes = {};  ///< Its own limit; absent is unlimited.
};

/// The first store of these settings that is on this machine.
/// Errors: invalid_argument if there is none; as from_config.
Result<CompileStore> open_compile_store(Config config);

}  // namespace larder::cli
