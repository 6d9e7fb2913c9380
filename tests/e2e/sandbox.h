#pragma once

#include "support/temp_dir.h"
#include "sys/process.h"

#include <string>
#include <string_view>
#include <vector>

#include <chrono>

namespace larder::e2e {

/// A command that has ended.
struct Ran {
  sys::ExitStatus status;
  std::string out;
  std::string err;

  friend bool operator==(const Ran&, const Ran&) = default;
};

/// A directory with everything that a command may touch, removed in the end: `work`, where commands
/// run, `tmp`, their TMPDIR, `home`, their HOME, and `cache`, which larder makes when it first
/// stores. One thread at a time.
class Sandbox {
 public:
  Sandbox();

  [[nodiscard]] const std::string& path() const noexcept { return dir_.path(); }
  [[nodiscard]] std::string file(const std::string& name) const { return dir_.file(name); }

  /// Empties `work` and `tmp`.
  void clear();

  /// What shell commands see: PATH, HOME, TMPDIR, LARDER_DIR and LARDER_CONFIG, ROOT (this
  /// directory), LARDER (the program under test); then `more`, as "NAME=value".
  [[nodiscard]] std::vector<std::string> environment(std::vector<std::string> more = {}) const;

  /// Runs a shell script in `work` with nothing to read. Fails the test if it takes a minute.
  [[nodiscard]] Ran run(const std::string& script, std::vector<std::string> more = {}) const;

  /// The same, where everything else would make the test pointless.
  void must_run(const std::string& script, std::vector<std::string> more = {}) const;

 private:
  support::TempDir dir_;
};

/// Begins a command line that runs with mounts of its own, as root or not.
inline constexpr const char* kUnshare = R"sh(own='--mount'
[ "$(id -u)" = 0 ] || own='--mount --map-root-user'
unshare $own)sh";

/// Whether a command can mount file systems that nobody else sees.
bool can_mount();

/// The program under test, as CMake built it.
std::string larder_program();

}  // namespace larder::e2e
