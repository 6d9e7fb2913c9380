#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <cstddef>

namespace larder::util {

/// Hashes strings alike, whatever type holds them.
struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept {
    return std::hash<std::string_view>()(text);
  }
};

/// A map that is searched by views without a copy.
template <typename T>
using StringMap = std::unordered_map<std::string, T, StringHash, std::equal_to<>>;

}  // namespace larder::util
