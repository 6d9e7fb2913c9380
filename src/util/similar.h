#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace larder::util {

/// The candidate that `word` is most likely a misspelling of, or nullopt if none is near: at most
/// a third of its characters inserted, dropped, replaced or swapped with a neighbour.
std::optional<std::string_view> most_similar(std::string_view word,
                                             std::span<const std::string_view> candidates);

}  // namespace larder::util
