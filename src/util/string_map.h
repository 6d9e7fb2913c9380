#pragma once

#include "util/bytes.h"
#include "util/hash.h"

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include <cstddef>

namespace larder::util {

/// Hashes strings alike, whatever type holds them. In half of std::hash's time.
struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept { return xxh3_64(as_bytes(text)); }
};

/// A map that is searched by views without a copy.
template <typename T>
using StringMap = std::unordered_map<std::string, T, StringHash, std::equal_to<>>;

/// The same of views, whose text lives elsewhere.
template <typename T>
using ViewMap = std::unordered_map<std::string_view, T, StringHash>;
using ViewSet = std::unordered_set<std::string_view, StringHash>;

}  // namespace larder::util
