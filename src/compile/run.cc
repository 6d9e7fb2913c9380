#include "compile/run.h"

#include "compile/compiler_command.h"
#include "compile/debug_log.h"
#include "compile/session.h"

#include <memory>
#include <utility>

#include <cstdio>
#include <cstring>

namespace larder::compile {
namespace {

int run_found(const CompilerCommand& command) {
  const int os_error = command.execute();
  (void)std::fprintf(stderr, "larder: run %s: %s\n", command.path.c_str(),
                     ::strerrordesc_np(os_error));
  return os_error == ENOENT ? 127 : 126;
}

int say_not_found(const Error& error) {
  (void)std::fprintf(stderr, "larder: %s\n", error.message().c_str());
  return 127;
}

}  // namespace

int run(std::span<char* const> command, const CompileConfig& config, Result<Stores> stores) {
  auto found = CompilerCommand::find(command, config.prefix_command.value);
  if (!found) return say_not_found(found.error());
  if (!stores) {
    DebugLog(config.log.value).line("uncached", stores.error());
    return run_found(*found);
  }
  if (config.disable.value) return run_found(*found);
  // Left as it is, since the process ends next: to have its helper end and to unmap its files one
  // by one takes a tenth of a hit.
  return std::make_unique<Session>(*std::move(found), config, *std::move(stores)).release()->run();
}

int run_uncached(std::span<char* const> command) {
  const auto found = CompilerCommand::find(command);
  return found ? run_found(*found) : say_not_found(found.error());
}

}  // namespace larder::compile
