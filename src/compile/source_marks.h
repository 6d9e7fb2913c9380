#pragma once

#include <string_view>

#include <cstddef>

namespace larder::compile {

/// Finds, from `from` on, the next place in a source where something may begin that matters to a
/// scan: `#`, `%:`, `??`, `__h`, `__D`, `__T`, `.in`, `imp` or `mod`. The text's length if there is
/// none. About an instruction a byte: it passes once over the megabytes of headers that a C++ unit
/// reads, where a search for each word would cost forty.
std::size_t find_mark(std::string_view text, std::size_t from) noexcept;

}  // namespace larder::compile
