#pragma once

namespace larder::util {

/// Prints the failed condition and aborts.
[[noreturn]] void assert_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace larder::util

/// For bugs only: a condition that no input can break. Checked in every build.
#define LARDER_ASSERT(condition)                                     \
  do {                                                               \
    if (!(condition)) [[unlikely]]                                   \
      ::larder::util::assert_failed(#condition, __FILE__, __LINE__); \
  } while (false)
