#include "compile/dependency_run.h"

#include "compile/preprocessed.h"
#include "sys/process.h"

#include <sstream>
namespace larder::compile {
sys::Command compiler_process(const Job& job) {
  return {.program = job.command.path, .arguments = job.command.words};
}
Result<DependencyRun> DependencyRun::prepare(const Job&, sys::Command&) { return DependencyRun(); }
Inputs DependencyRun::collect(const Job& job, FileDigests& digests) {
  sys::Command command{.program = job.command.path, .arguments = {job.command.path}};
  for (auto& a : preprocessing_arguments(job.invocation))
    command.arguments.push_back(a == "-E" ? "-M" : a);
  auto out = sys::run_and_capture(command);
  Inputs in;
  if (!out || !out->status.is_success()) {
    in.verdict = Inputs::Verdict::unknown;
    return in;
  }
  std::istringstream s(out->out.bytes);
  std::string w;
  s >> w;
  while (s >> w) {
    if (w == "\\" || w == job.invocation.input) continue;
    auto h = digests.hash(w.c_str());
    if (!h || !*h) {
      in.verdict = Inputs::Verdict::unsuitable;
      return in;
    }
    in.files.push_back({w, (*h)->digest});
  }
  return in;
}
}  // namespace larder::compile
