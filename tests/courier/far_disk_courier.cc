// A courier as it is, but for a type of store that it has beside the others: "far", a directory
// that counts as another machine's. Tests put it in the place of larder-courier.

#include <larder/config.h>
#include <larder/open.h>

#include <unistd.h>

#include <array>
#include <string>

#include <climits>
#include <cstdio>

#include "courier/serve.h"

namespace {

larder::Result<std::unique_ptr<larder::Store>> open_far(const larder::CacheConfig& config) {
  return larder::open_disk_store(
      {.dir = config.location.value, .read_only = config.read_only.value});
}

}  // namespace

int main() {
  std::array<char, PATH_MAX> path = {};
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
  if (size < 0) return 1;
  const std::array types = {larder::disk_store_type(), larder::memory_store_type(),
                            larder::StoreType{.name = "far", .open = open_far}};
  const auto served =
      larder::courier::serve(std::string(path.data(), static_cast<std::size_t>(size)), types);
  if (!served) (void)std::fprintf(stderr, "%s\n", served.error().message().c_str());
  return served ? 0 : 1;
}
