#pragma once

#include "backend/courier/protocol.h"
#include "store/address.h"
#include "store/pack.h"
#include "util/bytes.h"
#include "util/hash.h"

#include <functional>

#include <cstddef>

namespace larder::courier {

/// What makes two fetches equal. A value.
struct FetchKey {
  util::Checksum binding;  ///< Of namespace and key.
  Reach reach = Reach::all;

  static FetchKey of(const store::Address& address, Reach reach) {
    return {store::binding_of(address), reach};
  }
  friend bool operator==(const FetchKey&, const FetchKey&) = default;
};

struct FetchKeyHash {
  std::size_t operator()(const FetchKey& key) const noexcept {
    // A checksum is a hash already.
    return util::load<std::size_t>(key.binding.bytes, 0) ^ static_cast<std::size_t>(key.reach);
  }
};

}  // namespace larder::courier
