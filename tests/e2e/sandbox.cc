#include "sandbox.h"

#include "util/assert.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <utility>

#include <cstdlib>

namespace larder::e2e {

Sandbox::Sandbox() {
  // mkdtemp closes it to others, and a test may run commands as somebody else.
  LARDER_ASSERT(::chmod(path().c_str(), 0755) == 0);
  std::filesystem::create_directory(file("home"));
  clear();
}

void Sandbox::clear() {
  for (const char* name : {"work", "tmp"}) {
    std::filesystem::remove_all(file(name));
    std::filesystem::create_directory(file(name));
  }
}

std::vector<std::string> Sandbox::environment(std::vector<std::string> more) const {
  std::vector<std::string> variables = {
      "HOME=" + file("home"),    "TMPDIR=" + file("tmp"), "LARDER_DIR=" + file("cache"),
      "LARDER_CONFIG=/dev/null", "ROOT=" + path(),        "LARDER=" + larder_program(),
  };
  for (const char* name : {"PATH", "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"}) {
    const char* value = std::getenv(name);
    if (value != nullptr) variables.push_back(std::string(name) + "=" + value);
  }
  for (std::string& variable : more) variables.push_back(std::move(variable));
  return variables;
}

Ran Sandbox::run(const std::string& script, std::vector<std::string> more) const {
  const auto outcome = sys::run_and_capture(
      {
          .program = "/bin/sh",
          .arguments = {"sh", "-c", "cd '" + file("work") + "' || exit 99\n" + script},
          .environment = environment(std::move(more)),
      },
      {.time_limit = std::chrono::minutes(1), .max_bytes = std::size_t{64} << 20});
  if (!outcome) {
    ADD_FAILURE() << outcome.error().message() << "\n" << script;
    return {};
  }
  return {outcome->status, outcome->out.bytes, outcome->err.bytes};
}

void Sandbox::must_run(const std::string& script, std::vector<std::string> more) const {
  const Ran ran = run(script, std::move(more));
  ASSERT_TRUE(ran.status.is_success()) << script << "\n" << ran.out << ran.err;
}

bool can_mount() { return Sandbox().run(std::string(kUnshare) + " true").status.is_success(); }

std::string larder_program() { return LARDER_PROGRAM; }

}  // namespace larder::e2e
