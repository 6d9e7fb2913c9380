#pragma once

#include "backend/courier/client.h"
#include "store/backend.h"
#include "sys/clock.h"

#include <memory>

#include <cstdint>

namespace larder::courier {

struct BackendOptions {
  Reach reach = Reach::all;  ///< Where a get looks.
  std::uint64_t max_blob_bytes = std::uint64_t{1} << 30;
};

/// The tiers that the courier reaches, as a store to put behind the disks: gets are fetches, and
/// what is put lies in the spool when the put returns, to be uploaded later. Of the rest only
/// remove can be done, in the same way; the others are unavailable. `clock` must outlive it.
std::unique_ptr<store::Backend> make_backend(std::shared_ptr<Client> client,
                                             const BackendOptions& options,
                                             const sys::Clock& clock = sys::system_clock());

}  // namespace larder::courier
