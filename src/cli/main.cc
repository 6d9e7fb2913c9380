#include "cli/command.h"
#include "cli/compile_store.h"
#include "cli/compile_tiers.h"
#include "cli/run.h"
#include "compile/find_program.h"
#include "compile/run.h"
#include "sys/standard_fds.h"
#include <larder/config.h>

#include <unistd.h>

#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <cstddef>

namespace {

using Words = std::span<char* const>;

constexpr std::string_view kProgram = "larder";

int run_compiler(Words command) {
  auto config = larder::load_config();
  // Settings that cannot be read must not stop a build; `larder config` says what is wrong.
  if (!config) return larder::compile::run_uncached(command);
  const larder::CompileConfig compile = config->compile;
  if (compile.disable.value) return larder::compile::run_uncached(command);
  auto stores = larder::cli::open_compile_tiers(*std::move(config));
  const int status = larder::compile::run(command, compile, std::move(stores));
  // Nothing is left to flush; giving back mappings and memory one by one takes as long as a small
  // hit does.
  ::_exit(status);
}

/// The compiler and its arguments that `larder wrap` is followed by; none if there is no compiler.
Words wrapped(Words words) {
  if (words.empty() || words[0] != larder::cli::kWrap) return {};
  words = words.subspan(1);
  if (!words.empty() && words[0] == std::string_view("--")) return words.subspan(1);
  return !words.empty() && words[0][0] != '-' ? words : Words();
}

}  // namespace

int main(int argc, char** argv) {
  larder::sys::open_closed_standard_fds();
  Words words(argv, static_cast<std::size_t>(argc));
  if (words.empty()) return 2;
  // A link named as a compiler is that compiler.
  const std::string_view name = larder::compile::base_name(words[0]);
  if (name != kProgram) return run_compiler(words);
  words = words.subspan(1);
  if (const Words command = wrapped(words); !command.empty()) return run_compiler(command);
  if (words.empty() || larder::cli::is_command_word(words[0]) || words[0][0] == '-') {
    return larder::cli::run(words, larder::cli::local_store_types());
  }
  return run_compiler(words);
}
