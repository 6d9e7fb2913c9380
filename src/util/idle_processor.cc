#include "util/idle_processor.h"

#include "util/unique_fd.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <array>

#include <charconv>

namespace larder::util {
namespace {

/// 0 where there are more than a set holds.
int usable_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return ::sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
}

std::optional<unsigned> wanting_threads_now() {
  const UniqueFd fd(::open("/proc/loadavg", O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return std::nullopt;
  std::array<char, 128> text;
  const ssize_t size = ::read(fd.get(), text.data(), text.size());
  if (size < 0) return std::nullopt;
  return wanting_threads(std::string_view(text.data(), static_cast<std::size_t>(size)));
}

}  // namespace

bool is_processor_idle() {
  const int processors = usable_processors();
  if (processors == 1) return false;
  const auto wanting = wanting_threads_now();
  return processors == 0 || !wanting || *wanting < static_cast<unsigned>(processors);
}

std::optional<unsigned> wanting_threads(std::string_view loadavg) {
  for (int field = 0; field < 3; ++field) {
    const std::size_t space = loadavg.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    loadavg.remove_prefix(space + 1);
  }
  unsigned wanting = 0;
  const char* const end = loadavg.data() + loadavg.size();
  const auto [rest, error] = std::from_chars(loadavg.data(), end, wanting);
  if (error != std::errc() || rest == end || *rest != '/') return std::nullopt;
  return wanting;
}

}  // namespace larder::util
