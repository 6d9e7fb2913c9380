#include "sys/file.h"
#include "sys/standard_fds.h"
#include "util/bytes.h"
#include <larder/config.h>
#include <larder/s3.h>

#include <unistd.h>

#include <array>
#include <span>
#include <string>
#include <string_view>

#include <climits>

#include "courier/serve.h"

namespace {

constexpr std::string_view kUsage =
    "usage: larder-courier serve\n"
    "       larder-courier --help | --version\n\n"
    "Fetches and uploads what compiles need of stores on other machines. larder starts it when it\n"
    "is needed; see larder courier --help and larder-courier(1).\n";

constexpr int kWrongUsage = 2;
constexpr int kError = 3;

int print(int fd, std::string_view text) {
  return larder::sys::write_all(fd, larder::util::as_bytes(text)) ? 0 : kError;
}

int fail_with(const larder::Error& error) {
  (void)print(STDERR_FILENO, "larder-courier: " + error.message() + "\n");
  return kError;
}

int serve() {
  std::array<char, PATH_MAX> path = {};
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
  if (size < 0) return fail_with(larder::Error::from_errno(errno, "readlink /proc/self/exe"));
  const std::array types = {larder::disk_store_type(), larder::memory_store_type(),
                            larder::s3_store_type()};
  const auto served =
      larder::courier::serve(std::string(path.data(), static_cast<std::size_t>(size)), types);
  return served ? 0 : fail_with(served.error());
}

}  // namespace

int main(int argc, char** argv) {
  larder::sys::open_closed_standard_fds();
  const auto words = std::span(argv, static_cast<std::size_t>(argc)).subspan(argc > 0 ? 1 : 0);
  const std::string_view word = words.size() == 1 ? words[0] : "";
  if (word == "serve") return serve();
  if (word == "--version") return print(STDOUT_FILENO, "larder-courier " LARDER_VERSION "\n");
  if (word == "--help" || word == "-h") return print(STDOUT_FILENO, kUsage);
  (void)print(STDERR_FILENO, kUsage);
  return kWrongUsage;
}
