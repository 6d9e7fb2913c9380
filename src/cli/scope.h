#pragma once

#include <cstdint>

namespace larder::cli {

/// Which of the configured stores a command works on.
enum class Scope : std::uint8_t {
  compile,  ///< At most the one that compiles use, which is on this machine.
  target,   ///< The one that its options name, else the first.
  all,
};

}  // namespace larder::cli
