#include "util/assert.h"

#include <cstdio>
#include <cstdlib>

namespace larder::util {

void assert_failed(const char* condition, const char* file, int line) noexcept {
  (void)std::fprintf(stderr, "larder: %s:%d: assertion failed: %s\n", file, line, condition);
  std::abort();
}

}  // namespace larder::util
