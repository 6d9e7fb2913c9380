#include "compile/bus_guard.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <vector>

namespace larder::compile {
namespace {

// A signal handler can reach nothing but globals, and may only do what is prepared for it.
struct Guard {
  const char* path = nullptr;
  std::vector<char*> arguments;
  std::atomic<int> exit_status = -1;  // -1: the compiler has not run
};

Guard& guard() {
  static Guard instance;
  return instance;
}

extern "C" void on_bus_error(int /*signal*/) {
  const int exit_status = guard().exit_status.load(std::memory_order_relaxed);
  if (exit_status >= 0) ::_exit(exit_status);
  sigset_t none;
  (void)::sigemptyset(&none);
  (void)::sigprocmask(SIG_SETMASK, &none, nullptr);  // SIGBUS is blocked here; exec would keep it
  (void)::execv(guard().path, guard().arguments.data());
  ::_exit(126);
}

}  // namespace

void arm_bus_guard(const CompilerCommand& command) {
  Guard& armed = guard();
  armed.path = command.path.c_str();
  armed.arguments.clear();
  for (const std::string& word : command.words) {
    armed.arguments.push_back(const_cast<char*>(word.c_str()));
  }
  armed.arguments.push_back(nullptr);
  struct sigaction action = {};
  action.sa_handler = on_bus_error;
  (void)::sigaction(SIGBUS, &action, nullptr);  // cannot fail for a signal that can be caught
}

void compiler_has_ended(int exit_status) noexcept {
  guard().exit_status.store(exit_status, std::memory_order_relaxed);
}

}  // namespace larder::compile
