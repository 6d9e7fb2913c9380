#include "cli/run.h"
#include "sys/standard_fds.h"
#include <larder/config.h>
#include <larder/s3.h>

#include <array>
#include <span>

#include <cstddef>

/// larder-store: the commands of larder on all types of store. larder becomes it where a store is
/// in S3, since what speaks to that takes too long to load for a compiler's wrapper.
int main(int argc, char** argv) {
  larder::sys::open_closed_standard_fds();
  const std::span<char* const> words(argv, static_cast<std::size_t>(argc));
  if (words.empty()) return 2;
  const std::array types = {larder::disk_store_type(), larder::memory_store_type(),
                            larder::s3_store_type()};
  return larder::cli::run(words.subspan(1), types);
}
