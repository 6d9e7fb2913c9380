// Whether a program that libc_start.c starts has what C++ takes for granted. Run while configuring.

#include <stdexcept>
#include <string>
#include <thread>

#include <cstdlib>

namespace {

const std::string constructed(100, 'x');
thread_local std::string of_thread = "fresh";

bool catches() {
  try {
    throw std::runtime_error(constructed);
  } catch (const std::exception& thrown) {
    return thrown.what() == constructed;
  }
}

bool runs_threads() {
  of_thread = "main";
  std::string seen;
  std::thread([&] { seen = of_thread; }).join();
  return seen == "fresh" && of_thread == "main";
}

}  // namespace

int main(int argc, char** argv) {
  const bool has_arguments = argc > 0 && argv[argc] == nullptr;
  return has_arguments && std::getenv("PATH") != nullptr && catches() && runs_threads() ? 0 : 1;
}
