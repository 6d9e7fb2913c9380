#include "support/fault_proxy.h"
#include "support/files.h"
#include "sys/file.h"

#include <unistd.h>

#include <string>
#include <string_view>
#include <thread>

#include <cstdio>

namespace larder::support {
namespace {

constexpr std::string_view kHelp = R"(usage: fault_proxy SERVER DIR
Passes HTTP requests on to SERVER (http://host:port), until it is killed. Once it is ready, the file
DIR/url says where it is to be reached. What it does wrong is what the file DIR/fault says, which may
be changed at any time (by a rename); nothing if there is none. The file DIR/taken then comes to say
the same. In words:
  delay=MS            before each answer
  black-hole          never an answer
  reset-after-upload  the request is carried out, then the connection breaks
  truncate=N          the body of an answer ends after N bytes if it is longer
  stall=N             the same, and the connection stays
  corrupt=N           the byte at N of the answer's body is changed
  status=NNN          an empty answer of that status, and nothing is passed on
  method=M target=T   only requests of that method, with T in their path or query
  times=N             only the first N of them
)";

/// Takes up the fault that words spell, and says so.
void take(FaultProxy& proxy, const std::string& words, const std::string& dir) {
  const auto fault = parse_fault(words);
  if (!fault) {
    std::fprintf(stderr, "fault_proxy: not understood: %s\n", words.c_str());
    return;
  }
  proxy.set(*fault);
  // Whoever waits for it sees that it is not there.
  (void)sys::replace_file(AT_FDCWD, dir + "/taken", util::as_bytes(words), 0666);
}

/// Looks again and again what the fault is.
[[noreturn]] void follow(FaultProxy& proxy, const std::string& dir) {
  std::string seen;
  while (true) {
    const auto bytes = sys::read_file(AT_FDCWD, dir + "/fault", 4096);
    const std::string words = bytes ? text_of(*bytes) : "";
    if (words != seen) take(proxy, words, dir);
    seen = words;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

}  // namespace
}  // namespace larder::support

int main(int argc, char** argv) {
  using namespace larder;
  if (argc != 3) {
    std::fwrite(support::kHelp.data(), 1, support::kHelp.size(), stderr);
    return 2;
  }
  const std::string dir = argv[2];
  support::FaultProxy proxy(argv[1]);
  const std::string url = proxy.url() + '\n';
  if (!sys::replace_file(AT_FDCWD, dir + "/url", util::as_bytes(url), 0666)) return 1;
  support::follow(proxy, dir);
}
