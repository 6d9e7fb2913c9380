#pragma once

#include <larder/result.h>
#include <larder/store.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace larder::compile {

/// Stores of the same cache that other machines use too.
struct FarStores {
  std::unique_ptr<Store> all;        ///< Every tier in its order, those here first.
  std::unique_ptr<Store> elsewhere;  ///< The tiers that are not here, alone.
};

/// What compiles are looked up in and stored to.
struct Stores {
  std::unique_ptr<Store> here = {};
  /// A directory for what the compiler cache keeps of its own; empty for none.
  std::string state_dir = {};
  /// Opens the others, once and only when what is here does not do; empty where there are none.
  std::function<Result<FarStores>()> open_far = {};
};

}  // namespace larder::compile
